/// The largest element of each channel of sequences `(batch, steps, channels)`.
/// Follows Keras's [GlobalMaxPooling1D](https://keras.io/api/layers/pooling_layers/global_max_pooling1d/).
public final class GlobalMaxPooling1D: BaseGlobalPooling {
    override class var spatialRank: Int { 1 }
}
