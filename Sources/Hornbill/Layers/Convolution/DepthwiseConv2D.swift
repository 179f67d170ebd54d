/// A convolution of images `(batch, height, width, channels)`, each channel on its own.
/// Follows Keras's [DepthwiseConv2D](https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/).
public final class DepthwiseConv2D: BaseDepthwiseConv {
    override class var spatialRank: Int { 2 }
}
