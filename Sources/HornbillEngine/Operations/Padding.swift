/// What a border is filled with.
public enum PadMode: String, Sendable, Hashable, CaseIterable {
    /// A number.
    case constant
    /// The elements mirrored at the edge, the edge itself not repeated.
    case reflect
    /// The elements mirrored at the edge, the edge itself repeated.
    case symmetric
    /// The last element before the border.
    case edge
    /// The elements from the other end.
    case wrap
}

extension TensorFunction {
    static let pad = TensorFunction("Pad", ["x", "constant_values"], config: ["pad_width", "mode"]) { call in
        let x = try call.tensor(0).validated()
        let name = try call.string(3)
        guard let mode = PadMode(rawValue: name) else {
            let known = PadMode.allCases.map(\.rawValue).joined(separator: ", ")
            throw HornbillError(.unknownName, "pad: the mode '\(name)' is not known; known are \(known)")
        }
        let widths = try Tensor.padWidths(call.argument(2), rank: x.rank)
        guard let widths else { throw call.mismatch(2, "a number, or a pair for each axis of \(x.shape)") }
        guard widths.allSatisfy({ $0.0 >= 0 && $0.1 >= 0 }) else {
            throw HornbillError(.argument, "pad: a width cannot be negative: \(widths)")
        }
        let value = try call.optionalDouble(1)
        if value != nil, mode != .constant {
            throw HornbillError(.argument, "pad: a value is only for the mode 'constant', not '\(name)'")
        }
        return try x.padded(widths, mode, value ?? 0)
    }

    static let padding: [TensorFunction] = [pad]
}

extension Tensor {
    /// A pair (before, after) for each axis from Keras's forms of `pad_width`; nil if it is none of them.
    fileprivate static func padWidths(_ argument: Argument, rank: Int) throws -> [(Int, Int)]? {
        func pair(_ argument: Argument) -> (Int, Int)? {
            switch argument {
            case .int(let width): (width, width)
            case .list(let list):
                switch (list.first, list.dropFirst().first, list.count) {
                case (.int(let width), nil, 1): (width, width)
                case (.int(let before), .int(let after), 2): (before, after)
                default: nil
                }
            default: nil
            }
        }
        if case .list(let elements) = argument, case .list? = elements.first {
            let pairs = elements.compactMap(pair)
            guard pairs.count == elements.count, pairs.count == rank || pairs.count == 1 else { return nil }
            return pairs.count == rank ? pairs : [(Int, Int)](repeating: pairs[0], count: rank)
        }
        return pair(argument).map { [(Int, Int)](repeating: $0, count: rank) }
    }

    /// With a border on each axis.
    package func padded(_ widths: [(Int, Int)], _ mode: PadMode = .constant, _ value: Double = 0) throws -> Tensor {
        try validated()
        if widths.allSatisfy({ $0 == (0, 0) }) { return self }
        if mode == .constant {
            return try .emit1(
                .pad(
                    low: widths.map(\.0), high: widths.map(\.1), interior: [Int](repeating: 0, count: rank),
                    value: value),
                [self])
        }
        var result = self
        for (axis, (before, after)) in widths.enumerated() where before + after > 0 {
            let size = shape[axis]
            guard size > 0 else {
                throw HornbillError(
                    .shape, "pad: the empty axis \(axis) of \(shape) cannot be padded with its own elements")
            }
            _ = try shape.replacing(axis, with: before + size + after).validated()
            let indices = (-before..<size + after).map { Int32(mode.source($0, size: size)) }
            result = try .emit1(.gather(axis: axis), [result, Tensor(indices)])
        }
        return result
    }
}

extension PadMode {
    /// The element within 0 ..< size that stands at `index`, which may lie outside.
    fileprivate func source(_ index: Int, size: Int) -> Int {
        func wrapped(_ period: Int) -> Int { (index % period + period) % period }
        switch self {
        case .constant, .edge: return Swift.min(Swift.max(index, 0), size - 1)
        case .wrap: return wrapped(size)
        case .reflect:
            if size == 1 { return 0 }
            let position = wrapped(2 * size - 2)
            return position < size ? position : 2 * size - 2 - position
        case .symmetric:
            let position = wrapped(2 * size)
            return position < size ? position : 2 * size - 1 - position
        }
    }
}

extension ops {
    /// With a border of `padWidth` elements on both sides of every axis.
    public static func pad<T: TensorLike>(
        _ x: T, _ padWidth: Int, mode: PadMode = .constant, constantValues: Double? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.pad, x, [.optional(constantValues), .int(padWidth), .string(mode.rawValue)], file, line)
    }

    /// With a border of (before, after) elements on each axis; one pair serves all axes.
    public static func pad<T: TensorLike>(
        _ x: T, _ padWidth: [(Int, Int)], mode: PadMode = .constant, constantValues: Double? = nil,
        file: String = #fileID, line: Int = #line
    ) -> T {
        let widths = Argument.list(padWidth.map { .ints([$0.0, $0.1]) })
        return T.one(.pad, x, [.optional(constantValues), widths, .string(mode.rawValue)], file, line)
    }
}
