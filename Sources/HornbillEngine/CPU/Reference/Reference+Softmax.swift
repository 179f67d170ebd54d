import Foundation

extension Reference.Call {
    func softmax(_ logarithm: Bool) throws { try inputTypes[0].dtype.float().softmax(logarithm: logarithm, self) }

    func softmaxGradient(_ logarithm: Bool) throws {
        try inputTypes[0].dtype.float().softmaxGradient(logarithm: logarithm, self)
    }

    fileprivate func forEachRow(_ body: (_ start: Int, _ columns: Int) -> Void) {
        let columns = shape[shape.rank - 1]
        for row in 0..<shape.dimensions.dropLast().reduce(1, *) { body(row * columns, columns) }
    }
}

extension ReferenceFloat {
    static func softmax(logarithm: Bool, _ call: Reference.Call) {
        call.forEachRow { start, columns in
            let (x, out) = (call.input(0, as: Self.self) + start, call.output(0, as: Self.self) + start)
            var peak = -Double.infinity
            for j in 0..<columns { peak = .larger(peak, Double(x[j])) }
            var total = 0.0
            for j in 0..<columns { total += exp(Double(x[j]) - peak) }
            for j in 0..<columns {
                let shifted = Double(x[j]) - peak
                out[j] = Self(logarithm ? shifted - log(total) : exp(shifted) / total)
            }
        }
    }

    /// y (g − Σ g y) for softmax, g − exp(y) Σ g for its logarithm.
    static func softmaxGradient(logarithm: Bool, _ call: Reference.Call) {
        call.forEachRow { start, columns in
            let (y, g) = (call.input(0, as: Self.self) + start, call.input(1, as: Self.self) + start)
            let out = call.output(0, as: Self.self) + start
            var total = 0.0
            for j in 0..<columns { total += Double(g[j]) * (logarithm ? 1 : Double(y[j])) }
            for j in 0..<columns {
                let (y, g) = (Double(y[j]), Double(g[j]))
                out[j] = Self(logarithm ? g - exp(y) * total : y * (g - total))
            }
        }
    }
}
