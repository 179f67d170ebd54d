/// A transposed convolution of sequences `(batch, steps, channels)`.
/// Follows Keras's [Conv1DTranspose](https://keras.io/api/layers/convolution_layers/convolution1d_transpose/).
public final class Conv1DTranspose: BaseConvTranspose {
    override class var spatialRank: Int { 1 }
}
