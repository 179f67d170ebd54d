import Foundation

// NumPy's files of one array (`numpy.save`): versions 1 to 3, little-endian, in C or Fortran order.

extension StoredElement {
    /// What NumPy calls so, as `<f4`.
    fileprivate init(_ descriptor: String) throws {
        let (order, kind) = (descriptor.prefix(1), String(descriptor.dropFirst()))
        func unreadable(_ what: String) -> HornbillError {
            HornbillError(.dtype, "npy data of the dtype '\(descriptor)' cannot be read: \(what)")
        }
        guard "<>=|".contains(order), !order.isEmpty else { throw unreadable("it is not known") }
        let types: [String: StoredElement] = [
            "f4": .same(.float32), "f8": .same(.float64), "f2": .same(.float16), "V2": .same(.bfloat16),
            "i4": .same(.int32), "i8": .same(.int64), "u1": .same(.uint8), "b1": .same(.bool), "i1": .int8,
            "i2": .int16, "u2": .uint16, "u4": .uint32, "u8": .uint64,
        ]
        guard let element = types[kind] else {
            switch kind.first {
            case "U", "S", "a": throw unreadable("strings are no numbers; save numbers that stand for them")
            case "O": throw unreadable("Python objects may run code when they are read; save plain arrays")
            case "c": throw unreadable("there are no complex numbers")
            case "M", "m": throw unreadable("dates must be saved as numbers")
            default: throw unreadable("it is not known")
            }
        }
        if order == ">", element.byteCount > 1 {
            throw unreadable("its bytes are in big-endian order; save it as '<\(kind)'")
        }
        self = element
    }
}

extension DType {
    /// NumPy's name for it. NumPy has no bfloat16: two bytes without meaning, as ml_dtypes writes it.
    fileprivate var npyDescriptor: String {
        switch self {
        case .float32: "<f4"
        case .float64: "<f8"
        case .int32: "<i4"
        case .int64: "<i8"
        case .uint8: "|u1"
        case .bool: "|b1"
        case .float16: "<f2"
        case .bfloat16: "<V2"
        // Whoever writes has asked for the numbers in memory first, and got an error.
        case .string: "|S0"
        }
    }
}

extension Tensor {
    /// The array in a file of `numpy.save`.
    ///
    /// int8, int16 and uint16 are read as int32, uint32 and uint64 as int64. Arrays in Fortran order are transposed.
    /// - Throws: kind `file` for a file that is missing or damaged, `dtype` for elements that are no numbers or are
    ///   big-endian.
    public init(npy path: String) throws {
        var stream = try FileStream(path)
        do {
            self = try Tensor.readNpy(&stream)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "'\(path)': \(error.message)")
        }
    }

    /// The array in the bytes that `numpy.save` wrote.
    public init(npyData bytes: [UInt8]) throws {
        var stream = MemoryStream(bytes)
        self = try Tensor.readNpy(&stream)
    }

    /// Writes a file for `numpy.load`. The file appears whole or not at all.
    /// - Throws: the error that the tensor carries, or kind `file`.
    public func write(npy path: String) throws {
        let pointer = try requirePointer()
        try NpyHeader.bytes(dtype.npyDescriptor, shape).withUnsafeBytes { header in
            try AtomicFile.write(path, [header, UnsafeRawBufferPointer(start: pointer, count: type.byteCount)])
        }
    }

    /// What ``write(npy:)`` writes.
    public func npyData() throws -> [UInt8] {
        let pointer = try requirePointer()
        return NpyHeader.bytes(dtype.npyDescriptor, shape)
            + UnsafeRawBufferPointer(start: pointer, count: type.byteCount)
    }

    static func readNpy(_ stream: inout some ByteStream) throws -> Tensor {
        let (header, headerBytes) = try NpyHeader.read(&stream)
        let element = try StoredElement(header.descriptor)
        let shape = header.isFortranOrdered ? Shape(header.shape.dimensions.reversed()) : header.shape
        let (size, overflow) = shape.count.multipliedReportingOverflow(by: element.byteCount)
        guard !overflow, size <= stream.byteCount - headerBytes else {
            throw HornbillError(
                .file,
                "no valid npy data: an array of shape \(header.shape) needs \(shape.count) × \(element.byteCount) bytes, \(stream.byteCount - headerBytes) are there"
            )
        }
        let buffer = try HostBuffer(byteCount: size)
        try stream.read(exactly: UnsafeMutableRawBufferPointer(start: buffer.pointer, count: size))
        let tensor = try element.tensor(buffer, shape, "npy data")
        return header.isFortranOrdered ? try tensor.transpose((0..<shape.rank).reversed()).validated() : tensor
    }
}
