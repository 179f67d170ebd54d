import HornbillEngine

/// The mean of each channel of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [GlobalAveragePooling3D](https://keras.io/api/layers/pooling_layers/global_average_pooling3d/).
public final class GlobalAveragePooling3D: BaseGlobalPooling {
    override class var spatialRank: Int { 3 }
    override class var reduction: Reduction { .mean }
}
