/// What the values of a column are; it decides how they can be turned into features.
public enum ColumnType: String, Sendable, Codable, CaseIterable {
    /// Numbers whose size means something.
    case numerical
    /// Words of which there are few.
    case categorical
    /// Sentences.
    case text
    /// Points in time: `2024-05-31`, `2024-05-31T12:30:00Z`, `31/12/2024` and the like.
    case date
    /// Lists of as many numbers in each row: `[1.5, 2, 3]`.
    case vector
    /// Paths of PNG or JPEG files, from the table's folder.
    case image
}
