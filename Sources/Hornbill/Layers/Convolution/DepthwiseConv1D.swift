/// A convolution of sequences `(batch, steps, channels)`, each channel on its own.
/// Follows Keras's [DepthwiseConv1D](https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/).
public final class DepthwiseConv1D: BaseDepthwiseConv {
    override class var spatialRank: Int { 1 }
}
