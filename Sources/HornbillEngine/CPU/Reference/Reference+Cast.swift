/// An element that can become one of any other dtype: by way of Int64 from integers, of Double from floating point.
private protocol Castable {
    static var isIntegral: Bool { get }
    var int64: Int64 { get }
    var double: Double { get }
    /// Integers are cut to the lower bits, as C and NumPy do.
    init(int64: Int64)
    /// Integers are cut towards zero, saturate, and are 0 for NaN.
    init(double: Double)
}

extension Castable where Self: BinaryFloatingPoint {
    static var isIntegral: Bool { false }
    var int64: Int64 { Int64(double: double) }
    init(int64: Int64) { self.init(int64) }
}

extension Castable where Self: FixedWidthInteger {
    static var isIntegral: Bool { true }
    var int64: Int64 { Int64(truncatingIfNeeded: self) }
    var double: Double { Double(self) }
    init(int64: Int64) { self.init(truncatingIfNeeded: int64) }
    init(double: Double) {
        if double.isNaN {
            self = 0
        } else if double <= Double(Self.min) {
            self = .min
        } else if double >= Double(Self.max) {
            self = .max
        } else {
            self.init(double)
        }
    }
}

extension Float: Castable {
    fileprivate var double: Double { Double(self) }
    fileprivate init(double: Double) { self.init(double) }
}
extension Double: Castable {
    fileprivate var double: Double { self }
    fileprivate init(double: Double) { self = double }
}
extension Float16: Castable {
    fileprivate var double: Double { Double(self) }
    fileprivate init(double: Double) { self.init(double) }
}
extension BFloat16: Castable {
    fileprivate static var isIntegral: Bool { false }
    fileprivate var int64: Int64 { Int64(double: double) }
    fileprivate var double: Double { Double(Float(self)) }
    fileprivate init(int64: Int64) { self.init(Float(int64)) }
    fileprivate init(double: Double) { self.init(Float(double)) }
}
extension Int32: Castable {}
extension Int64: Castable {}
extension UInt8: Castable {}

/// A byte of a bool tensor: `Bool` itself must not be loaded from memory that may hold anything but 0 and 1.
private struct Truth: Castable {
    var byte: UInt8
    static var isIntegral: Bool { true }
    var int64: Int64 { byte == 0 ? 0 : 1 }
    var double: Double { byte == 0 ? 0 : 1 }
    init(int64: Int64) { byte = int64 == 0 ? 0 : 1 }
    init(double: Double) { byte = double == 0 ? 0 : 1 }
}

extension Reference {
    /// Converts `count` elements. Floating point to integer truncates towards zero and saturates, NaN gives 0; anything
    /// but 0 is true.
    static func cast(
        _ from: DType, _ source: UnsafeRawPointer, to: DType, _ destination: UnsafeMutableRawPointer, count: Int
    ) {
        func convert<From: Castable, To: Castable>(_: From.Type, _: To.Type) {
            let x = source.assumingMemoryBound(to: From.self)
            let out = destination.assumingMemoryBound(to: To.self)
            if From.isIntegral {
                for i in 0..<count { out[i] = To(int64: x[i].int64) }
            } else {
                for i in 0..<count { out[i] = To(double: x[i].double) }
            }
        }
        func convert<From: Castable>(_: From.Type) {
            switch to {
            case .float32: convert(From.self, Float.self)
            case .float64: convert(From.self, Double.self)
            case .int32: convert(From.self, Int32.self)
            case .int64: convert(From.self, Int64.self)
            case .uint8: convert(From.self, UInt8.self)
            case .bool: convert(From.self, Truth.self)
            case .float16: convert(From.self, Float16.self)
            case .bfloat16: convert(From.self, BFloat16.self)
            case .string: preconditionFailure("strings never come to a kernel")
            }
        }
        switch from {
        case .float32: convert(Float.self)
        case .float64: convert(Double.self)
        case .int32: convert(Int32.self)
        case .int64: convert(Int64.self)
        case .uint8: convert(UInt8.self)
        case .bool: convert(Truth.self)
        case .float16: convert(Float16.self)
        case .bfloat16: convert(BFloat16.self)
        case .string: preconditionFailure("strings never come to a kernel")
        }
    }

    /// The elements of an index tensor.
    static func integers(_ pointer: UnsafeRawPointer, _ type: TensorType) -> [Int] {
        let count = type.shape.count
        return [Int](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { cast(type.dtype, pointer, to: .int64, base, count: count) }
            initialized = count
        }
    }
}
