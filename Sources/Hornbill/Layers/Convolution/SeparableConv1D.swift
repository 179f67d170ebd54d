/// A depthwise and a pointwise convolution of sequences `(batch, steps, channels)`.
/// Follows Keras's [SeparableConv1D](https://keras.io/api/layers/convolution_layers/separable_convolution1d/).
public final class SeparableConv1D: BaseSeparableConv {
    override class var spatialRank: Int { 1 }
}
