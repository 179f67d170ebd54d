import Foundation

extension Reference.Call {
    func attention(_ form: AttentionForm) throws { try inputTypes[0].dtype.float().attention(form, self) }

    func attentionGradient(_ form: AttentionForm) throws {
        try inputTypes[0].dtype.float().attentionGradient(form, self)
    }
}

extension ReferenceFloat {
    static func attention(_ form: AttentionForm, _ call: Reference.Call) {
        let walk = AttentionWalk<Self>(form, call)
        let sizes = walk.sizes
        let (out, statistics) = (call.output(0, as: Self.self), call.output(1, as: Self.self))
        walk.forEachRow { batch, head, target in
            let row = walk.weights(batch, head, target)
            let place = (batch * sizes.heads + head) * sizes.targets + target
            statistics[2 * place] = Self(row.highest * M_LOG2E)
            statistics[2 * place + 1] = Self(1 / row.sum)
            for j in 0..<sizes.valueSize {
                var total = 0.0
                for source in 0..<sizes.sources { total += row.weights[source] * walk.value(batch, source, head, j) }
                out[((batch * sizes.targets + target) * sizes.heads + head) * sizes.valueSize + j] = Self(total)
            }
        }
    }

    static func attentionGradient(_ form: AttentionForm, _ call: Reference.Call) {
        let walk = AttentionWalk<Self>(form, call)
        let sizes = walk.sizes
        let first = form.hasMask ? 4 : 3
        let (y, g) = (call.input(first, as: Self.self), call.input(first + 2, as: Self.self))
        var gradients = (0..<3).map { [Double](repeating: 0, count: call.outputTypes[$0].shape.count) }
        walk.forEachRow { batch, head, target in
            let row = walk.weights(batch, head, target)
            let place = ((batch * sizes.targets + target) * sizes.heads + head) * sizes.valueSize
            var total = 0.0
            for j in 0..<sizes.valueSize { total += Double(y[place + j]) * Double(g[place + j]) }
            let query = ((batch * sizes.targets + target) * sizes.heads + head) * sizes.size
            for source in 0..<sizes.sources {
                let shared = (batch * sizes.sources + source) * sizes.shared + head / (sizes.heads / sizes.shared)
                var slope = 0.0
                for j in 0..<sizes.valueSize {
                    let upstream = Double(g[place + j])
                    slope += upstream * walk.value(batch, source, head, j)
                    gradients[2][shared * sizes.valueSize + j] += row.weights[source] * upstream
                }
                guard walk.isSeen(batch, head, target, source) else { continue }
                slope = row.weights[source] * (slope - total) * form.scale
                for i in 0..<sizes.size {
                    gradients[0][query + i] += slope * Double(walk.keys[shared * sizes.size + i])
                    gradients[1][shared * sizes.size + i] += slope * Double(walk.queries[query + i])
                }
            }
        }
        for (index, gradient) in gradients.enumerated() {
            let out = call.output(index, as: Self.self)
            for (place, value) in gradient.enumerated() { out[place] = Self(value) }
        }
    }
}

/// The operands of attention by batch, head, target and source.
private struct AttentionWalk<Number: ReferenceFloat> {
    let form: AttentionForm
    let sizes: AttentionSizes
    let queries: UnsafePointer<Number>
    let keys: UnsafePointer<Number>
    let values: UnsafePointer<Number>
    let mask: UnsafePointer<UInt8>?

    init(_ form: AttentionForm, _ call: Reference.Call) {
        self.form = form
        sizes = AttentionSizes(form, call.inputTypes)
        queries = call.input(0, as: Number.self)
        keys = call.input(1, as: Number.self)
        values = call.input(2, as: Number.self)
        mask = form.hasMask ? call.input(3, as: UInt8.self) : nil
    }

    func forEachRow(_ body: (_ batch: Int, _ head: Int, _ target: Int) -> Void) {
        for batch in 0..<sizes.batch {
            for head in 0..<sizes.heads { for target in 0..<sizes.targets { body(batch, head, target) } }
        }
    }

    private func shared(_ batch: Int, _ source: Int, _ head: Int) -> Int {
        (batch * sizes.sources + source) * sizes.shared + head / (sizes.heads / sizes.shared)
    }

    func value(_ batch: Int, _ source: Int, _ head: Int, _ j: Int) -> Double {
        Double(values[shared(batch, source, head) * sizes.valueSize + j])
    }

    func isSeen(_ batch: Int, _ head: Int, _ target: Int, _ source: Int) -> Bool {
        if form.isCausal, source > target { return false }
        guard let mask else { return true }
        let place = zip([batch, head, target, source], sizes.maskStrides).reduce(0) { $0 + $1.0 * $1.1 }
        return mask[place] != 0
    }

    func weights(_ batch: Int, _ head: Int, _ target: Int) -> (weights: [Double], highest: Double, sum: Double) {
        let query = ((batch * sizes.targets + target) * sizes.heads + head) * sizes.size
        let logits = (0..<sizes.sources).map { source in
            guard isSeen(batch, head, target, source) else { return AttentionForm.maskedLogit }
            let key = shared(batch, source, head) * sizes.size
            var total = 0.0
            for i in 0..<sizes.size { total += Double(queries[query + i]) * Double(keys[key + i]) }
            return total * form.scale
        }
        let highest = logits.max() ?? 0
        let exponentials = logits.map { exp($0 - highest) }
        let sum = exponentials.reduce(0, +)
        return (exponentials.map { $0 / sum }, highest, sum)
    }
}
