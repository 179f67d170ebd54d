// Random numbers: Keras's `keras.random`. Element i of a draw depends on the stream (seed, draw) and on i alone.

// swift-format-ignore: TypeNamesShouldBeCapitalized
/// Draws of random tensors: `random.normal([3, 2], seed: 7)`. Without a seed they follow from the session's.
public enum random {
    /// Uniform numbers from `minval` to below `maxval`; integers for an integer `dtype`.
    public static func uniform(
        _ shape: Shape, minval: Double = 0, maxval: Double = 1, dtype: DType = .float32,
        seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            guard dtype.isFloatingPoint else {
                throw HornbillError(
                    .dtype, "uniform numbers are floating point, not \(dtype): use randint for integers")
            }
            let unit = try Tensor.emit1(.random(.uniform, shape.validated()), [stream])
            return try unit.scaled(maxval - minval, minval).casted(to: dtype)
        }
    }

    /// Normally distributed numbers.
    public static func normal(
        _ shape: Shape, mean: Double = 0, stddev: Double = 1, dtype: DType = .float32,
        seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            let standard = try Tensor.emit1(.random(.normal, shape.validated()), [stream])
            return try standard.scaled(stddev, mean).casted(to: dtype)
        }
    }

    /// Normally distributed numbers, those beyond two standard deviations drawn again.
    public static func truncatedNormal(
        _ shape: Shape, mean: Double = 0, stddev: Double = 1, dtype: DType = .float32,
        seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            let standard = try Tensor.emit1(.random(.truncatedNormal, shape.validated()), [stream])
            return try standard.scaled(stddev, mean).casted(to: dtype)
        }
    }

    /// Integers from `minval` to below `maxval`.
    public static func randint(
        _ shape: Shape, minval: Int, maxval: Int, dtype: DType = .int32, seed: (any RandomSeed)? = nil,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            let (range, overflow) = maxval.subtractingReportingOverflow(minval)
            guard !overflow, range > 0, range <= 1 << 31 else {
                throw HornbillError(
                    .argument, "randint needs minval < maxval, at most 2³¹ apart, not \(minval) and \(maxval)")
            }
            let modulus = Tensor(scalar: range)
            func word(_ stream: Tensor) throws -> Tensor {
                try Tensor.binary(.floorMod, Tensor.emit1(.random(.bits, shape.validated()), [stream]), modulus)
            }
            var result = try word(stream)
            if range > 1 << 16 {
                // One word of 32 bits would favour the small numbers: a second one makes the difference vanish.
                let high = try Tensor.binary(.floorMod, result * Int((1 << 32) % range), modulus)
                result = try Tensor.binary(.floorMod, high + word(stream.second), modulus)
            }
            return try (result + minval).casted(to: dtype)
        }
    }

    /// True with probability `p`.
    public static func bernoulli(
        _ shape: Shape, p: Double = 0.5, seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            try Tensor.emit1(.random(.uniform, shape.validated()), [stream]) < p
        }
    }

    /// `numSamples` classes for each row of unnormalised log-probabilities of shape (rows, classes).
    public static func categorical(
        _ logits: Tensor, numSamples: Int, dtype: DType = .int32, seed: (any RandomSeed)? = nil,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            let logits = try logits.floating()
            guard logits.rank == 2, logits.shape[1] > 0, numSamples >= 0 else {
                throw HornbillError(
                    .shape,
                    "categorical needs logits of shape (rows, classes) and a number of samples, not \(logits.shape) and \(numSamples)"
                )
            }
            let (rows, classes) = (logits.shape[0], logits.shape[1])
            let shape = try Shape([rows, numSamples, classes]).validated()
            let uniform = try Tensor.emit1(.random(.uniform, shape), [stream])
            // The largest of logits to which Gumbel noise was added is distributed as their softmax.
            let noise = try -Tensor.unary(.log, -Tensor.unary(.log, uniform))
            let noisy = try Tensor.binary(.add, logits.reshape([rows, 1, classes]), noise.casted(to: logits.dtype))
            return try Tensor.emit1(.argReduce(smallest: false, axis: 2), [noisy]).casted(to: dtype)
        }
    }

    /// The numbers 0 ..< `count` in random order (int64).
    public static func permutation(
        _ count: Int, seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        draw(seed, file, line) { stream in
            let keys = try Tensor.emit1(.random(.bits, Shape([count]).validated()), [stream])
            return try Tensor.emit(.sort(descending: false), [keys])[1]
        }
    }

    /// The slices of an axis in random order.
    public static func shuffle(
        _ x: Tensor, axis: Int = 0, seed: (any RandomSeed)? = nil, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) {
            let resolved = try x.validated().shape.axis(axis)
            let order = permutation(x.shape[resolved], seed: seed, file: file, line: line)
            return try Tensor.emit1(.gather(axis: resolved), [x, order])
        }
    }

    /// Each element zero with probability `rate`, the others scaled up so that the expected sum stays.
    /// - Parameter noiseShape: axes of 1 drop together, nil stands for the size of `inputs`.
    public static func dropout(
        _ inputs: Tensor, rate: Double, noiseShape: [Int?]? = nil, seed: (any RandomSeed)? = nil,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        guard rate >= 0, rate <= 1 else {
            let error = HornbillError(
                .argument, "dropout needs a rate from 0 to 1, not \(rate)", site: CallSite(file, line))
            return Tensor(error: error)
        }
        if rate == 0 || inputs.error != nil { return inputs }
        if rate == 1 { return ops.zerosLike(inputs, file: file, line: line) }
        return draw(seed, file, line) { stream in
            let given = noiseShape ?? inputs.shape.dimensions
            guard given.count == inputs.rank else {
                throw HornbillError(
                    .shape, "dropout: a noise shape of \(given.count) axes for inputs of shape \(inputs.shape)")
            }
            let shape = Shape(zip(given, inputs.shape).map { $0 ?? $1 })
            guard shape.broadcast(with: inputs.shape) == inputs.shape else {
                throw HornbillError(
                    .shape, "dropout: the noise shape \(shape) does not fit inputs of shape \(inputs.shape)")
            }
            let kept = try Tensor.emit1(.random(.uniform, shape.validated()), [stream]) < 1 - rate
            return try .select(kept, inputs * (1 / (1 - rate)), .scalar(0, inputs.dtype))
        }
    }

    /// A draw from the next stream of `seed`, or of the session.
    private static func draw(
        _ seed: (any RandomSeed)?, _ file: String, _ line: Int, _ body: (Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) {
            try body((seed ?? Session.current.seedGenerator).nextStream().validated()).validated()
        }
    }
}

extension Tensor {
    /// Times `factor` plus `offset`, as far as these do anything.
    fileprivate func scaled(_ factor: Double, _ offset: Double) -> Tensor {
        let product = factor == 1 ? self : self * factor
        return offset == 0 ? product : product + offset
    }

    /// Of a stream (seed, draw), another one: draws count up from 0, these count down from the largest number.
    fileprivate var second: Tensor { Tensor([0, -1]) + self * Tensor([1, -1]) }
}
