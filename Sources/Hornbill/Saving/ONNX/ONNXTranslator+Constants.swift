import HornbillEngine

// What was known while it was traced. Where it depends on a size that the model leaves open, it was made of that size:
// filled with one number, counted up, or said of places which may see which.

extension ONNXTranslator {
    func constant() throws {
        let tensors = operations.compactMap { operation in
            if case .constant(let constant) = operation { constant.tensor } else { nil }
        }
        let type = try resultType()
        if type.fixed != nil, tensors.dropFirst().allSatisfy({ Self.equal($0, tensors[0]) }) {
            return try give(scope.constant(tensors[0]))
        }
        let values = try tensors.map { try $0.cast(to: .float64).doubles() }
        try give(filled(type, values) ?? counted(type, values) ?? triangle(type, values) ?? unknown(type))
    }

    private func unknown(_ type: ExtentType) throws -> String {
        throw HornbillError(
            .graph,
            "an array \(type.description) was computed from sizes that the model leaves open, and cannot be exported to ONNX: give sizes in inputSignature that are known"
        )
    }

    private static func equal(_ a: Tensor, _ b: Tensor) -> Bool {
        guard a.type == b.type, let x = a.hostPointer, let y = b.hostPointer else { return false }
        let count = a.type.byteCount
        return x == y
            || UnsafeRawBufferPointer(start: x, count: count)
                .elementsEqual(UnsafeRawBufferPointer(start: y, count: count))
    }

    /// One number everywhere: the same in all traces, or a size.
    private func filled(_ type: ExtentType, _ values: [[Double]]) throws -> String? {
        var numbers: [Double] = []
        for values in values {
            guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
            numbers.append(first)
        }
        let number: String
        if numbers.allSatisfy({ $0 == numbers[0] }) {
            number = scalar(numbers[0], type.dtype)
        } else {
            guard let sizes = Self.whole(numbers) else { return nil }
            let size = emit("Squeeze", [try scope.size(sizes)])
            number = try cast(size, from: .int64, to: type.dtype)
        }
        return type.rank == 0 ? number : emit("Expand", [number, try scope.shape(type.extents)])
    }

    private static func whole(_ numbers: [Double]) -> Extent? {
        let sizes = numbers.compactMap { Int(exactly: $0) }
        return sizes.count == numbers.count ? Extent(sizes: sizes) : nil
    }

    /// Numbers at equal distances along each axis: what `arange` gives, scaled and in any place.
    private func counted(_ type: ExtentType, _ values: [[Double]]) throws -> String? {
        guard let start = Self.whole(values.map { $0.first ?? 0.5 }), type.dtype != .bool else { return nil }
        let strides = values.indices.map { trace in Shape(type.extents.map { $0.sizes[trace] }).strides }
        let steps = type.extents.indices.map { axis in
            let last = type.extents[axis].sizes[0] - 1
            return last > 0 ? (values[0][last * strides[0][axis]] - values[0][0]) / Double(last) : 0
        }
        for (trace, values) in values.enumerated() {
            let tolerance = type.dtype.isFloatingPoint ? 1e-6 * (values.map(abs).max() ?? 0) : 0
            for (place, value) in values.enumerated() {
                let expected = steps.indices.reduce(values[0]) { sum, axis in
                    let index = place / strides[trace][axis] % type.extents[axis].sizes[trace]
                    return sum + steps[axis] * Double(index)
                }
                guard abs(value - expected) <= tolerance else { return nil }
            }
        }
        let dtype: DType = type.dtype.isFloatingPoint ? type.dtype : .int64
        var sum = try cast(scope.size(start), from: .int64, to: dtype)
        for axis in type.extents.indices where steps[axis] != 0 {
            let count = try cast(iota(type.extents[axis]), from: .int64, to: dtype)
            let others = type.extents.indices.filter { $0 != axis }
            let placed = others.isEmpty ? count : emit("Unsqueeze", [count, scope.integers(others)])
            sum = emit("Add", [sum, emit("Mul", [placed, scalar(steps[axis], dtype)])])
        }
        let all = emit("Expand", [sum, try scope.shape(type.extents)])
        return try cast(all, from: dtype, to: type.dtype)
    }

    /// A matrix that is true where the column is at most so far behind the row, as that of causal attention.
    private func triangle(_ type: ExtentType, _ values: [[Double]]) throws -> String? {
        guard type.rank == 2, type.dtype == .bool else { return nil }
        for (trace, values) in values.enumerated() {
            let (rows, columns) = (type.extents[0].sizes[trace], type.extents[1].sizes[trace])
            for row in 0..<rows {
                for column in 0..<columns where (values[row * columns + column] != 0) != (column <= row) { return nil }
            }
        }
        return try causal(type.extents[0], type.extents[1])
    }

    /// Which of so many sources so many targets may look at, of shape (targets, sources).
    func causal(_ targets: Extent, _ sources: Extent) throws -> String {
        if let rows = targets.fixed, let columns = sources.fixed {
            let allowed = (0..<rows).flatMap { row in (0..<columns).map { $0 <= row } }
            return scope.constant(Tensor(allowed, shape: [rows, columns]))
        }
        let rows = emit("Unsqueeze", [try iota(targets), scope.integers([1])])
        return emit("LessOrEqual", [try iota(sources), rows])
    }

    /// The int64 numbers from 0 to before a size.
    func iota(_ count: Extent) throws -> String {
        if let fixed = count.fixed { return scope.integers(Array(0..<fixed)) }
        let end = emit("Squeeze", [try scope.size(count)])
        return emit("Range", [scalar(0, .int64), end, scalar(1, .int64)])
    }
}
