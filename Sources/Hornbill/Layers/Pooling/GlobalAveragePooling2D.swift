import HornbillEngine

/// The mean of each channel of images `(batch, height, width, channels)`.
/// Follows Keras's [GlobalAveragePooling2D](https://keras.io/api/layers/pooling_layers/global_average_pooling2d/).
public final class GlobalAveragePooling2D: BaseGlobalPooling {
    override class var spatialRank: Int { 2 }
    override class var reduction: Reduction { .mean }
}
