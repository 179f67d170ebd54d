import HornbillEngine

/// The mean of each window of sequences `(batch, steps, channels)`, in which padding does not count.
/// Follows Keras's [AveragePooling1D](https://keras.io/api/layers/pooling_layers/average_pooling1d/).
public final class AveragePooling1D: BasePooling {
    override class var spatialRank: Int { 1 }
    override class var kind: PoolKind { .average }
}
