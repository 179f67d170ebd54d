/// The largest element of each channel of images `(batch, height, width, channels)`.
/// Follows Keras's [GlobalMaxPooling2D](https://keras.io/api/layers/pooling_layers/global_max_pooling2d/).
public final class GlobalMaxPooling2D: BaseGlobalPooling {
    override class var spatialRank: Int { 2 }
}
