import CKernels

// Element-wise operations on the types that programs do not hold. What a training step needs of them (counters, labels
// compared with predictions) runs here without allocating; the rest goes to the reference.

extension Lowering {
    static func typedElementwise(_ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType]) -> Kernel? {
        let count = outputs[0].shape.count
        switch operation {
        case .binary(let function):
            switch inputs[0].dtype {
            case .int32: return integers(function, Int32.self, count)
            case .int64: return integers(function, Int64.self, count)
            case .uint8: return integers(function, UInt8.self, count)
            case .float64: return doubles(function, count)
            case .float32, .bool, .float16, .bfloat16, .string: return nil
            }
        case .select:
            switch outputs[0].dtype.byteCount {
            case 1: return select(UInt8.self, count)
            case 2: return select(UInt16.self, count)
            case 4: return select(UInt32.self, count)
            default: return select(UInt64.self, count)
            }
        default: return nil
        }
    }

    private static func select<Word: BitwiseCopyable>(_: Word.Type, _ count: Int) -> Kernel {
        Kernel("select \(count)") { window in
            let test = window[0].assumingMemoryBound(to: UInt8.self)
            let (a, b) = (window[1].assumingMemoryBound(to: Word.self), window[2].assumingMemoryBound(to: Word.self))
            let out = window[3].assumingMemoryBound(to: Word.self)
            for i in 0..<count { out[i] = test[i] != 0 ? a[i] : b[i] }
        }
    }

    @inline(__always)
    private static func map<Element, Result>(
        _ name: String, _ count: Int, _ function: @escaping @Sendable (Element, Element) -> Result
    ) -> Kernel {
        let inPlace =
            MemoryLayout<Element>.size == MemoryLayout<Result>.size
            ? [Kernel.InPlace(result: 0, operand: 0), Kernel.InPlace(result: 0, operand: 1)] : []
        return Kernel("\(name) \(count)", inPlace: inPlace) { window in
            let (a, b) = (
                window[0].assumingMemoryBound(to: Element.self), window[1].assumingMemoryBound(to: Element.self)
            )
            let out = window[2].assumingMemoryBound(to: Result.self)
            for i in 0..<count { out[i] = function(a[i], b[i]) }
        }
    }

    private static func compare<Element: Comparable & SendableMetatype>(
        _ function: Binary, _: Element.Type, _ count: Int
    ) -> Kernel? {
        let name = function.rawValue
        switch function {
        case .equal: return map(name, count) { (a: Element, b: Element) in a == b }
        case .notEqual: return map(name, count) { (a: Element, b: Element) in a != b }
        case .less: return map(name, count) { (a: Element, b: Element) in a < b }
        case .lessEqual: return map(name, count) { (a: Element, b: Element) in a <= b }
        case .greater: return map(name, count) { (a: Element, b: Element) in a > b }
        case .greaterEqual: return map(name, count) { (a: Element, b: Element) in a >= b }
        default: return nil
        }
    }

    private static func integers<Element: FixedWidthInteger & SendableMetatype>(
        _ function: Binary, _ type: Element.Type, _ count: Int
    ) -> Kernel? {
        let name = function.rawValue
        switch function {
        case .add: return map(name, count) { (a: Element, b: Element) in a &+ b }
        case .subtract: return map(name, count) { (a: Element, b: Element) in a &- b }
        case .multiply: return map(name, count) { (a: Element, b: Element) in a &* b }
        case .maximum: return map(name, count) { (a: Element, b: Element) in Swift.max(a, b) }
        case .minimum: return map(name, count) { (a: Element, b: Element) in Swift.min(a, b) }
        default: return compare(function, type, count)
        }
    }

    private static func doubles(_ function: Binary, _ count: Int) -> Kernel? {
        let name = function.rawValue
        switch function {
        case .add: return map(name, count) { (a: Double, b: Double) in a + b }
        case .subtract: return map(name, count) { (a: Double, b: Double) in a - b }
        case .multiply: return map(name, count) { (a: Double, b: Double) in a * b }
        case .divide: return map(name, count) { (a: Double, b: Double) in a / b }
        default: return compare(function, Double.self, count)
        }
    }

    static func cast(_ input: TensorType, _ output: TensorType, _ threads: Int) -> Kernel {
        let count = Int64(input.shape.count)
        let (from, to, members) = (input.dtype.kernelType, output.dtype.kernelType, Int32(threads))
        if input.dtype == output.dtype { return copy(output, threads) }
        return Kernel("cast \(input.dtype) → \(output.dtype) \(count)") { window in
            hk_cast(from, window[0], to, window[1], count, members)
        }
    }

    static func copy(_ type: TensorType, _ threads: Int) -> Kernel {
        let (size, count, members) = (type.dtype.byteCount, Int64(type.shape.count), Int32(threads))
        let shape = FrozenArray(int64: [Int(count)])
        let stride = FrozenArray(int64: [1])
        return Kernel("copy \(type)", inPlace: [.init(result: 0, operand: 0)]) { window in
            if window[0] == window[1] { return }
            hk_copy_strided(Int32(size), 1, shape.pointer, stride.pointer, window[0], window[1], members)
        }
    }

    /// Reads its operand, whose memory its result shares: the window has no result.
    static func checkRange(_ input: TensorType, _ lower: Int, _ upper: Int, _ what: String) -> Kernel {
        let count = input.shape.count
        func kernel<Element: FixedWidthInteger & SendableMetatype>(_: Element.Type) -> Kernel {
            Kernel("checkRange \(what)", canFail: true) { window in
                let values = window[0].assumingMemoryBound(to: Element.self)
                for i in 0..<count where Int(values[i]) < lower || Int(values[i]) >= upper {
                    let row = i / Swift.max(input.shape.dimensions.dropFirst().reduce(1, *), 1)
                    throw HornbillError(
                        .data, "\(what), row \(row): the value \(values[i]) is not in \(lower)..<\(upper)")
                }
            }
        }
        switch input.dtype {
        case .int32: return kernel(Int32.self)
        case .uint8, .bool: return kernel(UInt8.self)
        case .int64, .float32, .float64, .float16, .bfloat16, .string: return kernel(Int64.self)
        }
    }
}

extension DType {
    /// The C kernels' number for it.
    var kernelType: hk_type {
        switch self {
        case .float32: HK_T_FLOAT32
        case .float64: HK_T_FLOAT64
        case .int32: HK_T_INT32
        case .int64: HK_T_INT64
        case .uint8: HK_T_UINT8
        case .bool: HK_T_BOOL
        case .float16: HK_T_FLOAT16
        case .bfloat16: HK_T_BFLOAT16
        case .string: preconditionFailure("strings never come to a kernel")
        }
    }
}
