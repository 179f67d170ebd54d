/// An LSTM whose products are convolutions along two spatial axes.
///
/// Input `(batch, steps, rows, columns, channels)`. See ``ConvLSTM``.
/// Follows Keras's [ConvLSTM2D](https://keras.io/api/layers/recurrent_layers/conv_lstm2d/).
public final class ConvLSTM2D: ConvLSTM {
    override class var spatialRank: Int { 2 }
}
