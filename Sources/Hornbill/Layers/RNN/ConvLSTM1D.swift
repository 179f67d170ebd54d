/// An LSTM whose products are convolutions along one spatial axis.
///
/// Input `(batch, steps, size, channels)`. See ``ConvLSTM``.
/// Follows Keras's [ConvLSTM1D](https://keras.io/api/layers/recurrent_layers/conv_lstm1d/).
public final class ConvLSTM1D: ConvLSTM {
    override class var spatialRank: Int { 1 }
}
