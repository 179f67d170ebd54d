/// The largest element of each window of sequences `(batch, steps, channels)`.
/// Follows Keras's [MaxPooling1D](https://keras.io/api/layers/pooling_layers/max_pooling1d/).
public final class MaxPooling1D: BasePooling {
    override class var spatialRank: Int { 1 }
}
