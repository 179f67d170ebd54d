/// An LSTM whose products are convolutions along three spatial axes.
///
/// Input `(batch, steps, depth, rows, columns, channels)`. See ``ConvLSTM``.
/// Follows Keras's [ConvLSTM3D](https://keras.io/api/layers/recurrent_layers/conv_lstm3d/).
public final class ConvLSTM3D: ConvLSTM {
    override class var spatialRank: Int { 3 }
}
