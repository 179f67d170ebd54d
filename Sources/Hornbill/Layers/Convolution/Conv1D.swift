/// A convolution of sequences `(batch, steps, channels)`, `.causal` if no step may see a later one.
/// Follows Keras's [Conv1D](https://keras.io/api/layers/convolution_layers/convolution1d/).
public final class Conv1D: BaseConv {
    override class var spatialRank: Int { 1 }
    override class var paddings: [Padding] { [.valid, .same, .causal] }
}
