import HornbillEngine

/// An array in an HDF5 file. Its shape and type are known at once; its elements are read when they are asked for.
package struct HDF5Dataset {
    /// As `/layers/dense/vars/0`.
    package let path: String
    /// The sizes of the axes; empty for a scalar.
    package let shape: [Int]
    /// The type as it is in the file.
    package let type: HDF5Type
    private let reader: HDF5Reader
    private let object: HDF5Object
    private let storage: Storage

    private enum Storage {
        case nowhere
        case header(ArraySlice<UInt8>)
        case file(Int)
    }

    /// The bytes of all elements as they lie in the file.
    package var byteCount: Int { elementCount(shape) * type.byteCount }
    package var count: Int { elementCount(shape) }
    package var attributes: HDF5Attributes { HDF5Attributes(reader, object) }

    init(_ reader: HDF5Reader, _ object: HDF5Object) throws {
        typealias Kind = HDF5Object.Kind
        let place = object.place
        (self.reader, self.object, path) = (reader, object, place.path)
        guard var typeFields = try object.fields(Kind.datatype, "the datatype"),
            var spaceFields = try object.fields(Kind.dataspace, "the dataspace"),
            var layout = try object.fields(Kind.layout, "the layout")
        else { throw place.error("the dataset lacks its type, its shape or its place") }
        if object.has(Kind.externalFiles) { throw place.refused("elements in external files") }
        if var filters = try object.fields(Kind.filters, "the filters") {
            try filters.skip(1)
            if try filters.byte() > 0 {
                throw place.refused("elements that are filtered (compressed)", "save the weights without compression")
            }
        }
        let stored = try HDF5Type(&typeFields)
        guard let shape = try HDF5Type.dataspace(&spaceFields) else {
            throw place.refused("a dataset of nothing at all")
        }
        let (size, overflow) = elementCount(shape).multipliedReportingOverflow(by: stored.byteCount)
        guard !overflow, size < Int.max >> 8 else { throw place.error("its shape \(shape) is larger than any file") }
        self.shape = shape
        storage = try Self.storage(&layout, size, reader, place)
        // Keras writes bfloat16 as two bytes without meaning and says in an attribute what they mean.
        if stored == .opaque(2), try HDF5Attributes(reader, object)["dtype"]?.string == "bfloat16" {
            type = .bfloat16
        } else {
            type = stored
        }
    }

    private static func storage(
        _ layout: inout HDF5Fields, _ size: Int, _ reader: HDF5Reader, _ place: HDF5Place
    ) throws -> Storage {
        let version = try layout.byte()
        guard version == 3 || version == 4 else { throw place.refused("a layout of the version \(version)") }
        let kind = try layout.byte()
        switch kind {
        case 0:
            let bytes = try layout.take(try layout.length(2))
            guard bytes.count == size else {
                throw place.error("its shape needs \(size) bytes, but \(bytes.count) are there")
            }
            return .header(bytes)
        case 1:
            let address = try layout.address()
            let stored = try layout.length()
            guard stored == size else { throw place.error("its shape needs \(size) bytes, but \(stored) are there") }
            if size == 0 { return .nowhere }
            guard let address else { throw place.error("\(size) bytes are declared, but none are there") }
            try reader.claim(address, size, place)
            return .file(address)
        case 2: throw place.refused("elements in chunks", "save the weights without chunks and compression")
        case 3: throw place.refused("a virtual dataset (its elements are in other files)")
        default: throw place.error("its layout is of the unknown kind \(kind)")
        }
    }

    /// Reads all elements as they lie in the file, into as many bytes.
    /// - Throws: kind `file`, or `shape` if the memory's size is another one.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
        guard buffer.count == byteCount else {
            throw HornbillError(
                .shape, "'\(reader.name)': '\(path)' has \(byteCount) bytes, \(buffer.count) are to be filled")
        }
        switch storage {
        case .nowhere: break
        case .header(let bytes): buffer.copyBytes(from: bytes)
        case .file(let offset): try reader.bytes.read(at: offset, into: buffer)
        }
    }

    /// The tensors' type that holds every value.
    /// - Throws: kind `dtype` for bytes without meaning.
    package var dtype: DType {
        get throws {
            guard let dtype = type.dtype else {
                throw HornbillError(.dtype, "'\(reader.name)': '\(path)' is \(type), which no tensor can be")
            }
            return dtype
        }
    }

    /// All elements. int8, int16 and uint16 come as int32, uint32 and uint64 as int64.
    /// - Throws: kind `file`, `dtype` for bytes without meaning, `memory`.
    package func tensor() throws -> Tensor {
        let shape = Shape(shape)
        let target = try dtype
        if target == .string { return try Tensor(strings: strings(), shape: shape).validated() }
        let buffer = try HostBuffer(byteCount: byteCount)
        try read(into: UnsafeMutableRawBufferPointer(start: buffer.pointer, count: byteCount))
        let element: StoredElement =
            switch type {
            case .int8: .int8
            case .int16: .int16
            case .uint16: .uint16
            case .uint32: .uint32
            case .uint64: .uint64
            default: .same(target)
            }
        return try element.tensor(buffer, shape, "'\(reader.name)': '\(path)'")
    }

    /// All elements as this type. Nothing is converted, and no second copy made, where the file has it so.
    package func tensor(as dtype: DType) throws -> Tensor {
        let tensor = try tensor()
        return tensor.dtype == dtype ? tensor : try tensor.cast(to: dtype).validated()
    }

    /// All elements of a dataset of text.
    /// - Throws: kind `dtype` if it holds no text.
    package func strings() throws -> [String] {
        guard type.dtype == .string else {
            throw HornbillError(.dtype, "'\(reader.name)': '\(path)' is \(type), text is expected")
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        try bytes.withUnsafeMutableBytes { try read(into: $0) }
        var fields = HDF5Fields(bytes[...], "the text", object.place)
        return try HDF5Elements(reader, type, count).strings(&fields)
    }
}
