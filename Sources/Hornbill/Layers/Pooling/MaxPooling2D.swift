/// The largest element of each window of images `(batch, height, width, channels)`.
/// Follows Keras's [MaxPooling2D](https://keras.io/api/layers/pooling_layers/max_pooling2d/).
public final class MaxPooling2D: BasePooling {
    override class var spatialRank: Int { 2 }
}
