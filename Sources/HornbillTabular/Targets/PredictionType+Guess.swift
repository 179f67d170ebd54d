import Hornbill

extension PredictionType {
    /// More classes than these are taken for a mistake.
    static let mostClasses = 1000
    /// Whole numbers of so many different values are classes; of more, quantities.
    static let mostNumberedClasses = 10

    /// What a table's column asks for as a target, by one pass over the table.
    /// - Throws: what reading throws; kind `unknownName` for a column that is not there, `data` for one that is no target.
    package init(of target: String, in file: TableFile) throws {
        try self.init(guessedFrom: TableProfile(file).column(target))
    }

    /// The type that a target's values ask for: two different values are two classes, other words are classes, few
    /// different whole numbers are classes too, and other numbers are quantities.
    /// - Throws: kind `data` for a column with no values, one value, or so many words that they cannot be classes.
    init(guessedFrom column: ColumnProfile) throws {
        let distinct = column.distinct ?? .max
        guard column.present > 0 else {
            throw HornbillError(.data, "the target '\(column.name)' has no value in any row")
        }
        guard distinct > 1 else {
            let only = column.counts.keys.first ?? ""
            throw HornbillError(
                .data, "the target '\(column.name)' has the value '\(only)' in all rows: there is nothing to learn")
        }
        if distinct == 2 {
            self = .binary
        } else if column.numberCount == column.present {
            let areClasses = column.integerCount == column.present && distinct <= Self.mostNumberedClasses
            self = areClasses ? .multiclass : .regression
        } else if distinct <= Self.mostClasses {
            self = .multiclass
        } else {
            throw HornbillError(
                .data,
                "the target '\(column.name)' has more than \(Self.mostClasses) different values that are no numbers, such as '\(column.examples.first ?? "")': that is too many for classes"
            )
        }
    }
}
