/// A convolution of images `(batch, height, width, channels)`.
/// Follows Keras's [Conv2D](https://keras.io/api/layers/convolution_layers/convolution2d/).
public final class Conv2D: BaseConv {
    override class var spatialRank: Int { 2 }
}
