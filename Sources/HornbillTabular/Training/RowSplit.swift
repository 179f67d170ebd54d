import Hornbill

/// To which part of a training each row belongs.
enum RowPart: UInt8, Sendable { case train, validation, test }

/// How the rows are divided into parts; see ``RowHash`` for what a random one is made of.
public enum SplitRule: Sendable, Codable, Hashable {
    /// Each row is tested on with this chance, which depends on the seed and the row's place alone.
    case random(test: Double)
    /// The rows with the latest values in a column of dates or numbers are tested on: this share of them.
    case time(column: String, test: Double)
    /// As many trainings, each tested on another part; then one on all rows.
    case folds(Int)
    /// The test rows come from a file of their own.
    case file(String)
}

/// The parts of a table's rows.
struct RowSplit {
    private let test: (Int) -> Bool
    private let validationHash: RowHash
    private let validation: Double
    /// Rows from this time on are validated on, where the split is by time.
    private let isValidation: ((Int) -> Bool)?

    private init(
        seed: UInt64, validation: Double, test: @escaping (Int) -> Bool, isValidation: ((Int) -> Bool)? = nil
    ) {
        self.test = test
        validationHash = RowHash(seed: seed, stream: .validation)
        self.validation = validation
        self.isValidation = isValidation
    }

    func part(of row: Int) -> RowPart {
        if test(row) { return .test }
        if let isValidation { return isValidation(row) ? .validation : .train }
        return validationHash.unit(row) < validation ? .validation : .train
    }

    /// Each row by a number of its own.
    static func random(seed: UInt64, test: Double, validation: Double) -> RowSplit {
        let hash = RowHash(seed: seed, stream: .test)
        return RowSplit(seed: seed, validation: validation) { hash.unit($0) < test }
    }

    /// Fold `fold` of `count` is tested on; nil tests on nothing.
    static func fold(_ fold: Int?, of count: Int, seed: UInt64, validation: Double) -> RowSplit {
        let hash = RowHash(seed: seed, stream: .fold)
        return RowSplit(seed: seed, validation: validation) { Int(hash.unit($0) * Double(count)) == fold }
    }

    /// The last rows by time are tested on, those before them validated on.
    /// - Parameter times: of each row; rows without one are trained on.
    static func time(_ times: [Double], test: Double, validation: Double) throws -> RowSplit {
        var known = times.filter { !$0.isNaN }
        known.sort()
        guard !known.isEmpty else { throw HornbillError(.data, "no row has a time to split by") }
        func boundary(_ share: Double) -> Double {
            known[min(known.count - 1, max(0, Int((Double(known.count) * (1 - share)).rounded())))]
        }
        let (tested, validated) = (boundary(test), boundary(test + (1 - test) * validation))
        // A byte for each row is kept.
        let parts = times.map { $0 >= tested ? RowPart.test : $0 >= validated ? .validation : .train }
        return RowSplit(seed: 0, validation: 0) {
            parts[$0] == .test
        } isValidation: {
            parts[$0] == .validation
        }
    }
}
