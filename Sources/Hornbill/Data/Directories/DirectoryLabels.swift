/// Where the labels of a directory's files come from.
public enum DirectoryLabels: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// From the names of its folders: the first in order is class 0.
    case inferred
    /// One for each file, in the order of the sorted paths.
    case given([Int])

    public init(arrayLiteral elements: Int...) { self = .given(elements) }
}

/// The form of labels.
public enum LabelMode: String, Sendable, Hashable, CaseIterable {
    /// int32 of shape `(batch,)`.
    case int
    /// A row of zeros and a one: float32 of shape `(batch, classes)`.
    case categorical
    /// Zero or one: float32 of shape `(batch, 1)`.
    case binary
}

/// The part of a directory's files that a data set has.
public enum DirectorySubset: String, Sendable, Hashable, CaseIterable { case training, validation }

/// Stands for both parts: `subset: .both`.
public struct BothSubsets: Sendable {
    public static let both = BothSubsets()
}
