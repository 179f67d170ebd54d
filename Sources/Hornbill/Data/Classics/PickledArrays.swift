import HornbillEngine

extension Pickle {
    /// An array of NumPy: its sizes, its type's name, and its bytes or objects.
    struct StoredArray {
        var shape: Shape
        var isFortranOrdered: Bool
        var typeName: String
        var contents: Value
    }

    /// The array that a value is.
    /// - Throws: kind `file`.
    func array(_ value: Value, _ what: String) throws -> StoredArray {
        func invalid(_ reason: String) -> HornbillError { HornbillError(.file, "\(what) is no array: \(reason)") }
        guard case .array(let index) = value else { throw invalid("it is another thing") }
        guard case .tuple(let state) = arrays[index], case let state = tuples[state], state.count == 5,
            case .tuple(let sizes) = state[1], case .dtype(let dtype) = state[2], case .bool(let fortran) = state[3]
        else { throw invalid("its state is not that of NumPy's arrays") }
        let shape = try Shape(
            tuples[sizes].map { size -> Int in
                guard case .int(let size) = size else { throw invalid("a size is no number") }
                return size
            }
        ).validated()
        guard let name = text(dtypes[dtype].name) else { throw invalid("its type has no name") }
        return StoredArray(shape: shape, isFortranOrdered: fortran, typeName: name, contents: state[4])
    }

    /// An array of bytes as a tensor.
    /// - Throws: kind `file` if it is none, or has fewer bytes than it says.
    func byteTensor(_ value: Value, _ what: String) throws -> Tensor {
        let array = try array(value, what)
        guard array.typeName == "u1", let data = data(array.contents), data.count == array.shape.count else {
            throw HornbillError(.file, "\(what) does not hold the bytes that its shape \(array.shape) needs")
        }
        guard array.isFortranOrdered else { return try Tensor(Array(data), shape: array.shape).validated() }
        let reversed = Tensor(Array(data), shape: Shape(array.shape.dimensions.reversed()))
        return try ops.transpose(reversed, axes: nil).validated()
    }

    /// The numbers of a list.
    /// - Throws: kind `file` if it is none, or holds other things.
    func ints(_ value: Value, _ what: String) throws -> [Int32] {
        guard case .list(let index) = value, lists[index].others.isEmpty else {
            throw HornbillError(.file, "\(what) is no list of integers")
        }
        return lists[index].ints
    }
}

/// The arrays of an npz file among which some hold lists of Python, as those of IMDB and Reuters do.
struct PickledNpz {
    private let archive: ZipArchive
    private let path: String

    init(path: String) throws {
        archive = try ZipArchive(path: path)
        self.path = path
    }

    /// Adds the path to what went wrong.
    private func inFile<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as HornbillError {
            throw HornbillError(error.kind, "'\(path)', the array '\(name)': \(error.message)")
        }
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        guard let entry = archive.entries.first(where: { $0.name == name + ".npy" }) else {
            let names = archive.entries.map(\.name).joined(separator: ", ")
            throw HornbillError(.file, "there is none; the file has \(names)")
        }
        return try archive.bytes(of: entry)
    }

    /// An array of numbers.
    func tensor(_ name: String) throws -> Tensor { try inFile(name) { try Tensor(npyData: bytes(name)) } }

    /// An array of lists of integers.
    func lists(_ name: String) throws -> [[Int32]] {
        try inFile(name) {
            let bytes = try bytes(name)
            // The magic word, the version, the length of the header.
            guard bytes.count > 12, bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]), (1...3).contains(bytes[6])
            else { throw HornbillError(.file, "it is no npy data") }
            let isLong = bytes[6] > 1
            let lengthBytes = bytes[8..<(isLong ? 12 : 10)]
            let start = lengthBytes.endIndex + lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard start < bytes.count else { throw HornbillError(.file, "its header is cut off") }
            let pickle = try Pickle(bytes, from: start)
            let array = try pickle.array(pickle.root, "it")
            guard array.typeName.hasPrefix("O"), array.shape.rank == 1, case .list(let index) = array.contents else {
                throw HornbillError(.file, "it does not hold lists")
            }
            let rows = pickle.lists[index].values
            guard rows.count == array.shape[0] else {
                throw HornbillError(.file, "it says that it has \(array.shape[0]) lists, but has \(rows.count)")
            }
            return try rows.enumerated().map { try pickle.ints($1, "its element \($0)") }
        }
    }
}
