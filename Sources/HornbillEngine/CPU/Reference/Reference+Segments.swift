extension Reference.Call {
    func segmentReduce(_ kind: Reduction, _ size: Int) throws {
        let ids = Reference.integers(inputs[1], inputTypes[1])
        if let place = ids.firstIndex(where: { $0 < 0 || $0 >= size }) {
            throw HornbillError(
                .data, "a segment's id must be in 0..<\(size), not \(ids[place]) (position \(place))")
        }
        try inputTypes[0].dtype.number().segmentReduce(kind, ids, self)
    }
}

extension ReferenceNumber {
    static func segmentReduce(_ kind: Reduction, _ ids: [Int], _ call: Reference.Call) {
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Self.self))
        let inner = call.shape.dimensions.dropFirst().reduce(1, *)
        let start: Self = kind == .max ? lowest : kind == .min ? highest : kind == .prod ? one : zero
        out.update(repeating: start, count: call.count)
        for (row, id) in ids.enumerated() {
            for i in 0..<inner {
                let (element, target) = (x[row * inner + i], id * inner + i)
                switch kind {
                case .max: out[target] = larger(out[target], element)
                case .min: out[target] = smaller(out[target], element)
                case .prod: out[target] = times(out[target], element)
                case .sum, .mean: out[target] = plus(out[target], element)
                }
            }
        }
    }
}
