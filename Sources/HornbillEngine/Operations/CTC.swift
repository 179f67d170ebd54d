// Connectionist temporal classification (Graves et al., 2006): the loss, and the readings of what a model gives.

extension TensorFunction {
    static let ctcLoss = TensorFunction(
        "CTCLoss", module: "keras.src.ops.nn", ["target", "output", "target_length", "output_length"],
        config: ["mask_index"]
    ) { call in
        let output = try call.tensor(1).floating()
        let problem = try CTCProblem(
            target: call.tensor(0).asIndices("ctcLoss", casting: true),
            output: output.casted(to: output.dtype.promoted(with: .float32)),
            targetLength: call.tensor(2).asIndices("ctcLoss", casting: true),
            outputLength: call.tensor(3).asIndices("ctcLoss", casting: true), maskIndex: call.int(4))
        return try problem.loss()
    }
    static let ctcDecode = TensorFunction(
        results: "CTCDecode", module: "keras.src.ops.nn", ["inputs", "sequence_lengths"],
        config: ["strategy", "beam_width", "top_paths", "merge_repeated", "mask_index"]
    ) { call in
        var inputs = try call.tensor(0).floating()
        inputs = try inputs.casted(to: inputs.dtype.promoted(with: .float32))
        let lengths = try call.tensor(1).asIndices("ctcDecode", casting: true)
        guard inputs.rank == 3, inputs.shape[2] > 0 else {
            throw HornbillError(
                .shape, "ctcDecode: the inputs must have the shape (batch, steps, classes), not \(inputs.shape)")
        }
        guard lengths.shape == [inputs.shape[0]] else {
            throw HornbillError(
                .shape, "ctcDecode needs one length for each of \(inputs.shape[0]) sequences, not \(lengths.shape)")
        }
        let blank = try call.optionalInt(6) ?? inputs.shape[2] - 1
        try CTCProblem.check(blank, classes: inputs.shape[2], "ctcDecode")
        switch try call.string(2) {
        case "greedy": return try inputs.greedyReading(lengths, blank: blank, merging: call.bool(5))
        case "beam_search":
            let search = try CTCBeamSearch(width: call.int(3), paths: call.int(4), blank: blank)
            return try Tensor.emit(.custom(CustomOperationBox(search)), [inputs, lengths.casted(to: .int32)])
        case let other:
            throw HornbillError(.argument, "ctcDecode knows the strategies 'greedy' and 'beam_search', not '\(other)'")
        }
    }

    static let ctc: [TensorFunction] = [ctcLoss, ctcDecode]
}

/// The operands of a CTC loss, checked.
private struct CTCProblem {
    /// Keras's logarithm of nothing: finite, so that no difference of infinities arises. Impossible labels cost that
    /// much, as with Keras.
    static let impossible = -1e5

    let target: Tensor
    let output: Tensor
    let targetLength: Tensor
    let outputLength: Tensor
    let maskIndex: Int

    init(target: Tensor, output: Tensor, targetLength: Tensor, outputLength: Tensor, maskIndex: Int) throws {
        guard output.rank == 3 else {
            throw HornbillError(
                .shape, "ctcLoss: the output must have the shape (batch, steps, classes), not \(output.shape)")
        }
        guard target.rank == 2, target.shape[0] == output.shape[0] else {
            throw HornbillError(
                .shape,
                "ctcLoss: an output of shape \(output.shape) needs targets of shape (\(output.shape[0]), labels), not \(target.shape)"
            )
        }
        for (name, lengths) in [("targetLength", targetLength), ("outputLength", outputLength)]
        where lengths.shape != [output.shape[0]] {
            throw HornbillError(
                .shape,
                "ctcLoss: \(name) must hold one number for each of \(output.shape[0]) samples, not \(lengths.shape)")
        }
        try Self.check(maskIndex, classes: output.shape[2], "ctcLoss")
        self.target = target
        self.output = output
        self.targetLength = targetLength
        self.outputLength = outputLength
        self.maskIndex = maskIndex
    }

    static func check(_ index: Int, classes: Int, _ name: String) throws {
        guard index >= 0, index < classes else {
            throw HornbillError(.argument, "\(name): maskIndex \(index) is none of \(classes) classes")
        }
    }

    /// Minus the logarithm of the probability of each target.
    ///
    /// Two states a label, in log space: the best that ends in the blanks before label n (n up to their number), and
    /// that which ends in label n itself. A step goes on in its state or moves to the next; between equal labels it has
    /// to pass a blank.
    func loss() throws -> Tensor {
        let (batch, steps, labels) = (output.shape[0], output.shape[1], target.shape[1])
        let dtype = output.dtype
        func number(_ value: Double) -> Tensor { .scalar(value, dtype) }

        let logarithms = try Tensor.binary(.maximum, output.softmax([2], logarithm: true), number(Self.impossible))
        let places = try Tensor.arange(0, labels).casted(to: target.dtype).reshape([1, labels])
        let real = try Tensor.binary(.less, places, targetLength.casted(to: target.dtype).reshape([batch, 1]))
        let safe = try Tensor.select(real, target, .scalar(0, target.dtype))
        let classes = try Tensor.emit1(.checkRange(lower: 0, upper: output.shape[2], what: "class label"), [safe])
        let emitted = try logarithms.alongAxis(2, classes.reshape([batch, 1, labels])).transpose([1, 0, 2])
        let blank = try logarithms.slice(axis: 2, maskIndex..<maskIndex + 1).transpose([1, 0, 2])
        let times = try Tensor.arange(0, steps).casted(to: outputLength.dtype).reshape([steps, 1, 1])
        let running = try Tensor.binary(.less, times, outputLength.reshape([1, batch, 1]))

        // Whether label n + 1 is the same as label n.
        let repeated =
            try labels == 0
            ? Tensor.filled(0, TensorType(.bool, [batch, 0]))
            : .concatenated(
                [
                    .binary(.equal, target.slice(axis: 1, 0..<labels - 1), target.slice(axis: 1, 1..<labels)),
                    .filled(0, TensorType(.bool, [batch, 1])),
                ], axis: 1)
        let skipping = try Tensor.select(repeated, number(Self.impossible), number(0))
        let pausing = try Tensor.select(repeated, number(0), number(Self.impossible))

        func joined(_ states: Tensor, _ added: Tensor) throws -> Tensor {
            try .concatenated(
                [states.slice(axis: 1, 0..<1), sumOfExponentials(states.slice(axis: 1, 1..<labels + 1), added)],
                axis: 1)
        }
        let start = try Tensor.concatenated(
            [
                .filled(0, TensorType(dtype, [batch, 1])),
                .filled(Self.impossible, TensorType(dtype, [batch, labels])),
            ], axis: 1)
        let (last, _) = try ops.scan(
            { carry, step in
                let (blanks, ends) = (carry[0], carry[1])
                let (emitted, blank, running) = (step[0], step[1], step[2])
                let open = try joined(blanks, ends + skipping)
                let nextEnds = try sumOfExponentials(open.slice(axis: 1, 0..<labels) + emitted, ends + emitted)
                let nextBlanks = try joined(open + blank, ends + blank + pausing)
                return (
                    [try .select(running, nextBlanks, blanks), try .select(running, nextEnds, ends)], []
                )
            }, initial: [start, try .filled(Self.impossible, TensorType(dtype, [batch, labels]))],
            sequences: [emitted, blank, running])
        let final = try joined(last[0], last[1])
        let length = try Tensor.binary(
            .minimum, Tensor.binary(.maximum, targetLength, .scalar(0, targetLength.dtype)),
            .scalar(Double(labels), targetLength.dtype))
        return try -final.alongAxis(1, length.reshape([batch, 1])).reshape([batch])
    }

    /// log(exp(a) + exp(b)), of finite numbers. Its gradient divides between the two as their exponentials do.
    private func sumOfExponentials(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let distance = try Tensor.unary(.abs, a - b)
        return try Tensor.binary(.maximum, a, b) + Tensor.unary(.softplus, -distance)
    }
}

extension Tensor {
    /// The likeliest class of each step, repetitions and blanks left out: (1, batch, steps) with −1 behind the labels,
    /// and minus the sum of what the likeliest classes have.
    fileprivate func greedyReading(_ lengths: Tensor, blank: Int, merging: Bool) throws -> [Tensor] {
        let (batch, steps) = (shape[0], shape[1])
        let places = try Tensor.arange(0, steps).casted(to: lengths.dtype).reshape([1, steps])
        let running = try Tensor.binary(.less, places, lengths.reshape([batch, 1]))
        let best = try Tensor.emit1(.argReduce(smallest: false, axis: 2), [self]).casted(to: .int32)
        let blanks = Tensor.scalar(Double(blank), .int32)
        var classes = try Tensor.select(running, best.reshape([batch, steps]), blanks)
        let highest = try Tensor.reduce(.max, self, axes: [2], keepDims: false)
        let scores = try Tensor.reduce(
            .sum, .select(running, highest, .scalar(0, dtype)), axes: [1], keepDims: true)
        if merging, steps > 1 {
            let same = try Tensor.binary(
                .equal, classes.slice(axis: 1, 1..<steps), classes.slice(axis: 1, 0..<steps - 1))
            let repeated = try Tensor.concatenated(
                [.filled(0, TensorType(.bool, [batch, 1])), same], axis: 1)
            classes = try .select(repeated, blanks, classes)
        }
        let silent = try Tensor.binary(.equal, classes, blanks)
        // Sorting is stable: labels keep their order, and blanks come behind them.
        let order = try Tensor.emit(.sort(descending: false), [silent.casted(to: .int32)])[1]
        let marked = try Tensor.select(silent, .scalar(-1, .int32), classes)
        return [try marked.alongAxis(1, order).reshape([1, batch, steps]), -scores]
    }
}

extension ops {
    /// Minus the logarithm of the probability that the outputs read as the targets, blanks and repetitions left out
    /// (Graves et al., 2006).
    ///
    /// A target that has no way through its steps, as it is too long, costs about 10⁵, as with Keras. A run fails if a
    /// label is no class.
    /// - Parameters:
    ///   - target: class numbers, (batch, labels).
    ///   - output: logits, (batch, steps, classes).
    ///   - targetLength: how many labels count, (batch,).
    ///   - outputLength: how many steps count, (batch,).
    ///   - maskIndex: the class that stands for a blank.
    /// - Returns: (batch,).
    public static func ctcLoss<T: TensorLike>(
        _ target: T, _ output: T, _ targetLength: T, _ outputLength: T, maskIndex: Int = 0, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.apply(
            .ctcLoss, [target, output, targetLength, outputLength],
            [.tensor(0), .tensor(1), .tensor(2), .tensor(3), .int(maskIndex)], file, line)
    }

    /// How ``ctcDecode(_:_:strategy:beamWidth:topPaths:mergeRepeated:maskIndex:file:line:)`` reads.
    public enum CTCStrategy: String, Sendable, Hashable {
        /// The likeliest class of each step.
        case greedy
        /// The likeliest labels, of those that a search of a given width keeps in sight.
        case beamSearch = "beam_search"
    }

    /// The labels that the outputs of a CTC model read as.
    /// - Parameters:
    ///   - inputs: logits, (batch, steps, classes).
    ///   - sequenceLengths: how many steps count, (batch,).
    ///   - beamWidth: how many beginnings a beam search keeps.
    ///   - topPaths: how many readings it gives, the likeliest first.
    ///   - mergeRepeated: whether a greedy reading takes repetitions for one label.
    ///   - maskIndex: the class that stands for a blank; the last one if it is nil.
    /// - Returns: int32 labels, (paths, batch, steps), with −1 behind the last one, and their scores, (batch, paths): for
    ///   a greedy reading minus the sum of the logits, for a beam search the logarithm of the probability.
    public static func ctcDecode<T: TensorLike>(
        _ inputs: T, _ sequenceLengths: T, strategy: CTCStrategy = .greedy, beamWidth: Int = 100, topPaths: Int = 1,
        mergeRepeated: Bool = true, maskIndex: Int? = 0, file: String = #fileID, line: Int = #line
    ) -> (labels: T, scores: T) {
        let results = T.apply(
            .ctcDecode, [inputs, sequenceLengths],
            [
                .tensor(0), .tensor(1), .string(strategy.rawValue), .int(beamWidth), .int(topPaths),
                .bool(mergeRepeated), .optional(maskIndex),
            ], site: CallSite(file, line))
        return (results[0], results[1])
    }
}
