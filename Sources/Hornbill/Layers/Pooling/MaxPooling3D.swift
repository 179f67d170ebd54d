/// The largest element of each window of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [MaxPooling3D](https://keras.io/api/layers/pooling_layers/max_pooling3d/).
public final class MaxPooling3D: BasePooling {
    override class var spatialRank: Int { 3 }
}
