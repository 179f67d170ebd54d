// Subscripts as in NumPy: `x[0]`, `x[0..., 0..<3]`, `x[.ellipsis, -1]`, `x[.newAxis]`.

/// What can stand for an axis in a tensor's subscript: a number, a range of numbers (negative ones count from the end),
/// `.all`, `.step(start:stop:by:)`, `.newAxis`, `.ellipsis`.
public protocol TensorIndex: Sendable {
    /// The index as an argument of Keras's `GetItem`.
    var indexArgument: Argument { get }
}

extension Int: TensorIndex { public var indexArgument: Argument { .int(self) } }
extension Range: TensorIndex where Bound == Int {
    public var indexArgument: Argument { .slice(start: lowerBound, stop: upperBound, step: nil) }
}
extension ClosedRange: TensorIndex where Bound == Int {
    /// The last element is included, and −1 is the last of the axis.
    public var indexArgument: Argument {
        .slice(start: lowerBound, stop: upperBound == -1 ? nil : upperBound &+ 1, step: nil)
    }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
    public var indexArgument: Argument { .slice(start: lowerBound, stop: nil, step: nil) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
    public var indexArgument: Argument { .slice(start: nil, stop: upperBound, step: nil) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
    public var indexArgument: Argument { .slice(start: nil, stop: upperBound == -1 ? nil : upperBound &+ 1, step: nil) }
}

/// A part of an axis, or a new one.
public struct AxisIndex: TensorIndex {
    public let indexArgument: Argument
}

extension TensorIndex where Self == AxisIndex {
    /// The whole axis.
    public static var all: AxisIndex { AxisIndex(indexArgument: .slice(start: nil, stop: nil, step: nil)) }
    /// A new axis of one element.
    public static var newAxis: AxisIndex { AxisIndex(indexArgument: .none) }
    /// As many whole axes as the other indices leave.
    public static var ellipsis: AxisIndex { AxisIndex(indexArgument: .ellipsis) }
    /// Every `by`-th element from `start` to before `stop`; backwards if `by` is negative.
    public static func step(start: Int? = nil, stop: Int? = nil, by: Int) -> AxisIndex {
        AxisIndex(indexArgument: .slice(start: start, stop: stop, step: by))
    }
}

extension TensorFunction {
    static let getItem = TensorFunction("GetItem", ["x", "key"]) { call in
        let x = try call.tensor(0).validated()
        if case .list(let keys) = call.argument(1) { return try x.item(keys) }
        return try x.item([call.argument(1)])
    }
    static let slice = TensorFunction(
        "Slice", module: "keras.src.ops.core", ["inputs", "start_indices"], config: ["shape"]
    ) { call in
        let x = try call.tensor(0).validated()
        var size = try call.ints(2)
        if let start = call.movingStart(1) {
            // −1 stands for the rest of an axis, which the start does not tell here: all of it.
            for axis in size.indices where size[axis] == -1 && axis < x.rank { size[axis] = x.shape[axis] }
            return try x.dynamicSlice(start: start, size: size)
        }
        let start = try call.ints(1)
        for axis in size.indices where size[axis] == -1 && axis < x.rank && axis < start.count {
            size[axis] = x.shape[axis] - start[axis]
        }
        try x.checkPart(start, size, "slice")
        return try x.slice(start: start, size: size)
    }
    static let sliceUpdate = TensorFunction(
        "SliceUpdate", module: "keras.src.ops.core", ["inputs", "start_indices", "updates"]
    ) { call in
        let (x, updates) = (try call.tensor(0).validated(), try call.tensor(2).validated())
        if let start = call.movingStart(1) {
            return try x.dynamicUpdate(start: start, updates.casted(to: x.dtype))
        }
        let start = try call.ints(1)
        try x.checkPart(start, updates.shape.dimensions, "sliceUpdate")
        return updates.count == 0 ? x : try x.replacing(start, updates.casted(to: x.dtype), axis: 0)
    }
}

extension FunctionCall {
    /// A start that a tensor holds; nil if it is a list of numbers.
    fileprivate func movingStart(_ index: Int) -> Tensor? {
        switch argument(index) {
        case .tensor(let number) where inputs.indices.contains(number): inputs[number]
        case .value(let constant): constant.tensor
        default: nil
        }
    }
}

extension Tensor {
    fileprivate func checkPart(_ start: [Int], _ size: [Int], _ name: String) throws {
        guard start.count == rank, size.count == rank,
            shape.indices.allSatisfy({ start[$0] >= 0 && size[$0] >= 0 && start[$0] <= shape[$0] - size[$0] })
        else {
            throw HornbillError(
                .shape,
                "\(name): a part of shape \(Shape(size)) from \(Shape(start)) on does not lie in the shape \(shape)")
        }
    }

    /// With `updates` from `start` on, axis by axis: the parts before and after it are joined to it.
    fileprivate func replacing(_ start: [Int], _ updates: Tensor, axis: Int) throws -> Tensor {
        if updates.shape == shape { return updates }
        let end = start[axis] + updates.shape[axis]
        let middle = try slice(axis: axis, start[axis]..<end)
        var parts = [try slice(axis: axis, 0..<start[axis]), try middle.replacing(start, updates, axis: axis + 1)]
        parts.append(try slice(axis: axis, end..<shape[axis]))
        parts.removeAll { $0.shape[axis] == 0 }
        return try parts.count == 1 ? parts[0] : .emit1(.concatenate(axis: axis), parts)
    }

    /// NumPy's basic indexing.
    fileprivate func item(_ keys: [Argument]) throws -> Tensor {
        let consumed = keys.count { $0 != .none && $0 != .ellipsis }
        let ellipses = keys.count { $0 == .ellipsis }
        guard consumed <= rank, ellipses <= 1 else {
            throw HornbillError(
                .argument,
                ellipses > 1
                    ? "a subscript can have one ellipsis"
                    : "a subscript with \(consumed) indices for the shape \(shape)")
        }
        var (start, size, stride, result): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
        func take(_ count: Int) {
            for _ in 0..<count {
                result.append(shape[start.count])
                size.append(shape[start.count])
                start.append(0)
                stride.append(1)
            }
        }
        for key in keys {
            let axis = start.count
            switch key {
            case .none: result.append(1)
            case .ellipsis: take(rank - consumed)
            case .int(let index):
                let resolved = index < 0 ? index &+ shape[axis] : index
                guard resolved >= 0, resolved < shape[axis] else {
                    throw HornbillError(
                        .argument, "the index \(index) is out of range for axis \(axis) of the shape \(shape)")
                }
                start.append(resolved)
                size.append(1)
                stride.append(1)
            case .slice(let first, let stop, let step):
                let part = try Self.resolved(first, stop, step, size: shape[axis])
                start.append(part.start)
                size.append(part.count)
                stride.append(part.step)
                result.append(part.count)
            default: throw HornbillError(.argument, "a subscript cannot hold \(key)")
            }
        }
        take(rank - start.count)
        return try slice(start: start, size: size, stride: stride).reshape(Shape(result))
    }

    /// Python's rules for `start:stop:step` on an axis of `size`.
    private static func resolved(
        _ start: Int?, _ stop: Int?, _ step: Int?, size: Int
    ) throws -> (start: Int, count: Int, step: Int) {
        let step = step ?? 1
        guard step != 0, step != .min else { throw HornbillError(.argument, "a subscript's step cannot be \(step)") }
        let (lowest, highest) = step > 0 ? (0, size) : (-1, size - 1)
        func bound(_ value: Int?, _ missing: Int) -> Int {
            guard let value else { return missing }
            return Swift.min(Swift.max(value < 0 ? value &+ size : value, lowest), highest)
        }
        let first = bound(start, step > 0 ? 0 : size - 1)
        let last = bound(stop, step > 0 ? size : -1)
        let distance = step > 0 ? last - first : first - last
        guard distance > 0 else { return (0, 0, 1) }
        let count = (distance - 1) / Swift.abs(step) + 1
        // The stride of a single element is free, and 1 keeps the slice plain.
        return (first, count, count == 1 ? 1 : step)
    }
}

extension TensorLike {
    /// A part of the tensor, by NumPy's rules: a number takes one element of an axis and drops the axis, a range keeps
    /// it, `.newAxis` adds one, `.ellipsis` stands for the axes in between.
    public subscript(_ indices: any TensorIndex..., file file: String = #fileID, line line: Int = #line) -> Self {
        let keys = indices.map(\.indexArgument)
        return Self.one(.getItem, self, [keys.count == 1 ? keys[0] : .list(keys)], file, line)
    }
}
