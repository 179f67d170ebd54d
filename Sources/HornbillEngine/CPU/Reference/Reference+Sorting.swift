extension Reference.Call {
    /// The first `count` of each row of the last axis in order.
    func sort(count: Int, descending: Bool) throws {
        try inputTypes[0].dtype.number().sort(count: count, descending: descending, self)
    }
}

extension ReferenceNumber {
    static func sort(count: Int, descending: Bool, _ call: Reference.Call) {
        let columns = call.shape[call.shape.rank - 1]
        let rows = call.shape.dimensions.dropLast().reduce(1, *)
        let (values, positions) = (call.output(0, as: Self.self), call.output(1, as: Int64.self))
        /// Rising order in which NaN comes last, as NumPy has it.
        func precedes(_ a: Self, _ b: Self) -> Bool { a < b || (b.isNotANumber && !a.isNotANumber) }
        for row in 0..<rows {
            let x = call.input(0, as: Self.self) + row * columns
            let order = (0..<columns).sorted { i, j in
                if descending ? precedes(x[j], x[i]) : precedes(x[i], x[j]) { return true }
                if descending ? precedes(x[i], x[j]) : precedes(x[j], x[i]) { return false }
                return i < j
            }
            for (place, position) in order.prefix(count).enumerated() {
                values[row * count + place] = x[position]
                positions[row * count + place] = Int64(position)
            }
        }
    }
}
