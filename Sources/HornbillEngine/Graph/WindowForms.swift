/// How a convolution's kernel moves over the spatial axes (one to three) of a channels-last tensor.
public struct ConvolutionForm: Sendable, Hashable, CustomStringConvertible {
    public var strides: [Int]
    /// The distance of neighbouring elements of the kernel; 1 for a dense one.
    public var dilation: [Int]
    /// Zeros before and after each spatial axis.
    public var low: [Int]
    public var high: [Int]
    /// Groups of channels that do not see each other; as many as channels makes it depthwise.
    public var groups: Int

    public init(strides: [Int], dilation: [Int], low: [Int], high: [Int], groups: Int = 1) {
        self.strides = strides
        self.dilation = dilation
        self.low = low
        self.high = high
        self.groups = groups
    }

    public var description: String {
        var text = "strides \(strides)"
        if dilation.contains(where: { $0 != 1 }) { text += " dilation \(dilation)" }
        if (low + high).contains(where: { $0 != 0 }) { text += " padding \(low) \(high)" }
        if groups != 1 { text += " groups \(groups)" }
        return text
    }
}

/// What a pool makes of a window.
public enum PoolKind: String, Sendable, Hashable, CaseIterable {
    case max
    /// The mean of what lies inside; the padding does not count.
    case average
    /// The mean of the whole window, the padding's zeros included.
    case averageWithPadding
}

/// The windows of a pool over the spatial axes (one to three) of a channels-last tensor.
public struct PoolForm: Sendable, Hashable, CustomStringConvertible {
    public var kind: PoolKind
    public var window: [Int]
    public var strides: [Int]
    /// Padding before and after each spatial axis.
    public var low: [Int]
    public var high: [Int]

    public init(kind: PoolKind, window: [Int], strides: [Int], low: [Int], high: [Int]) {
        self.kind = kind
        self.window = window
        self.strides = strides
        self.low = low
        self.high = high
    }

    public var description: String {
        let padding = (low + high).contains { $0 != 0 } ? " padding \(low) \(high)" : ""
        return "\(kind.rawValue) \(window) strides \(strides)\(padding)"
    }
}
