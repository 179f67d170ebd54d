/// A depthwise and a pointwise convolution of images `(batch, height, width, channels)`.
/// Follows Keras's [SeparableConv2D](https://keras.io/api/layers/convolution_layers/separable_convolution2d/).
public final class SeparableConv2D: BaseSeparableConv {
    override class var spatialRank: Int { 2 }
}
