import HornbillEngine

/// The mean of each window of volumes `(batch, depth, height, width, channels)`, in which padding does not count.
/// Follows Keras's [AveragePooling3D](https://keras.io/api/layers/pooling_layers/average_pooling3d/).
public final class AveragePooling3D: BasePooling {
    override class var spatialRank: Int { 3 }
    override class var kind: PoolKind { .average }
}
