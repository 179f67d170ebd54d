import HornbillEngine

/// The mean of each window of images `(batch, height, width, channels)`, in which padding does not count.
/// Follows Keras's [AveragePooling2D](https://keras.io/api/layers/pooling_layers/average_pooling2d/).
public final class AveragePooling2D: BasePooling {
    override class var spatialRank: Int { 2 }
    override class var kind: PoolKind { .average }
}
