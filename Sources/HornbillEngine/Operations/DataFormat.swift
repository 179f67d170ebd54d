/// Where the channels of images and the like stand.
public enum DataFormat: String, Sendable, Hashable, CaseIterable {
    /// Last: `(batch, …, channels)`, Keras's default.
    case channelsLast = "channels_last"
    /// Before the other axes: `(batch, channels, …)`.
    case channelsFirst = "channels_first"
}
