import HornbillEngine

/// Lays a tree out as an HDF5 file: superblock 0, heaps of texts, then for each group its children, the tables that lead
/// to them and its header; elements come last. What refers to something is written after it, so that addresses are known;
/// only the elements' are filled in at the end.
struct HDF5Encoder {
    private let nodes: [HDF5Writer.Node]
    private var output = HDF5Bytes()
    private var texts = HDF5TextHeaps()
    /// For each node and each of its attributes, the number of its first text.
    private var firstTexts: [[Int]] = []
    /// Where the elements' addresses are to be filled in.
    private var pending: [(place: Int, bytes: any RandomAccessBytes)] = []

    /// What a table of symbols says about an object.
    private struct Written {
        var header: Int
        /// The B-tree and the heap of a group.
        var tables: (tree: Int, heap: Int)?
    }

    /// The numbers of h5py's files: symbols in a table, and children of a B-tree's node, are at most twice these.
    private static let leafK = 4
    private static let internalK = 16
    private static let superblockSize = 96

    init(_ nodes: [HDF5Writer.Node]) { self.nodes = nodes }

    func image() throws -> ComposedBytes {
        var copy = self
        return try copy.encode()
    }

    private mutating func encode() throws -> ComposedBytes {
        output.append(zeros: Self.superblockSize)
        for node in nodes { firstTexts.append(try node.attributes.map { try texts.add($0.value) }) }
        texts.write(to: &output)
        var written: [Int: Written] = [:]
        // Children have higher numbers than the group that they are in.
        for place in nodes.indices.reversed() {
            switch nodes[place].content {
            case .group(let children):
                let sorted = children.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                let entries = sorted.compactMap { name, child in written[child].map { (name, $0) } }
                written[place] = try group(place, entries)
                for child in children.values { written[child] = nil }
            case .dataset(let type, let shape, let bytes):
                written[place] = try dataset(place, type, shape, bytes)
            }
        }
        var end = output.count
        var pieces: [ComposedBytes.Piece] = []
        for (place, bytes) in pending where bytes.count > 0 {
            let start = end.roundedUpTo8
            output.set(UInt64(start), at: place)
            pieces.append(ComposedBytes.Piece(start: start, bytes: bytes))
            end = start + bytes.count
        }
        if let root = written[0] { superblock(root, end) }
        pieces.insert(ComposedBytes.Piece(start: 0, bytes: MemoryBytes(output.bytes)), at: 0)
        return ComposedBytes(pieces, count: end)
    }

    private mutating func superblock(_ root: Written, _ end: Int) {
        var block = HDF5Bytes()
        block.append([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 8, 8, 0])
        block.append(UInt64(Self.leafK), 2)
        block.append(UInt64(Self.internalK), 2)
        block.append(0, 4)
        block.append(0, 8)
        block.append(.max, 8)
        block.append(UInt64(end), 8)
        block.append(.max, 8)
        symbol(&block, 0, root)
        output.replace(at: 0, with: block.bytes)
    }

    private func symbol(_ table: inout HDF5Bytes, _ nameOffset: Int, _ object: Written) {
        table.append(UInt64(nameOffset), 8)
        table.append(UInt64(object.header), 8)
        table.append(object.tables == nil ? 0 : 1, 4)
        table.append(0, 4)
        table.append(UInt64(object.tables?.tree ?? 0), 8)
        table.append(UInt64(object.tables?.heap ?? 0), 8)
    }

    // MARK: Groups

    private mutating func group(_ node: Int, _ entries: [(name: String, object: Written)]) throws -> Written {
        var names = HDF5Bytes()
        names.append(zeros: 8)
        var symbols: [(name: Int, object: Written)] = []
        for (name, object) in entries {
            symbols.append((names.count, object))
            names.append(Array(name.utf8) + [0])
            names.pad()
        }
        let heap = writeHeap(names)
        var level = writeSymbols(symbols)
        var depth: UInt64 = 0
        repeat {
            level = writeTree(level, depth)
            depth += 1
        } while level.count > 1
        let tree = level.first?.address ?? 0
        var header = HDF5Header()
        var table = HDF5Bytes()
        table.append(UInt64(tree), 8)
        table.append(UInt64(heap), 8)
        header.add(HDF5Object.Kind.symbolTable, table)
        try addAttributes(node, &header)
        return Written(header: try write(header), tables: (tree, heap))
    }

    private mutating func writeHeap(_ names: HDF5Bytes) -> Int {
        // As large as h5py makes it at first, so that names can be added.
        let size = max(names.count, 88)
        let free = size - names.count
        let address = output.count
        output.append(Array("HEAP".utf8) + [0, 0, 0, 0])
        output.append(UInt64(size), 8)
        output.append(free >= 16 ? UInt64(names.count) : 1, 8)  // 1: no free block
        output.append(UInt64(address + 32), 8)
        output.append(names.bytes)
        if free >= 16 {
            output.append(1, 8)
            output.append(UInt64(free), 8)
        }
        output.append(zeros: address + 32 + size - output.count)
        return address
    }

    /// What lies at an address, and the last name in it.
    private typealias Child = (address: Int, lastName: Int)

    private mutating func writeSymbols(_ symbols: [(name: Int, object: Written)]) -> [Child] {
        let most = 2 * Self.leafK
        return stride(from: 0, to: symbols.count, by: most).map { start in
            let some = symbols[start..<min(start + most, symbols.count)]
            let address = output.count
            var table = HDF5Bytes()
            table.append(Array("SNOD".utf8) + [1, 0])
            table.append(UInt64(some.count), 2)
            for (name, object) in some { symbol(&table, name, object) }
            table.append(zeros: 8 + most * 40 - table.count)
            output.append(table.bytes)
            return (address, some.last?.name ?? 0)
        }
    }

    /// One level of the tree over these children: at least one node.
    private mutating func writeTree(_ children: [Child], _ level: UInt64) -> [Child] {
        let most = 2 * Self.internalK
        let size = 24 + most * 16 + 8
        let starts = Array(stride(from: 0, to: max(children.count, 1), by: most))
        let first = output.count
        var previous = 0
        return starts.enumerated().map { index, start in
            let some = children[start..<min(start + most, children.count)]
            let address = output.count
            var node = HDF5Bytes()
            node.append(Array("TREE".utf8) + [0, UInt8(truncatingIfNeeded: level)])
            node.append(UInt64(some.count), 2)
            node.append(index > 0 ? UInt64(first + (index - 1) * size) : .max, 8)
            node.append(index + 1 < starts.count ? UInt64(first + (index + 1) * size) : .max, 8)
            // A child's names come after the key before it, up to the key behind it.
            node.append(UInt64(previous), 8)
            for child in some {
                node.append(UInt64(child.address), 8)
                node.append(UInt64(child.lastName), 8)
                previous = child.lastName
            }
            node.append(zeros: size - node.count)
            output.append(node.bytes)
            return (address, previous)
        }
    }

    // MARK: Datasets

    private mutating func dataset(
        _ node: Int, _ type: HDF5Type, _ shape: [Int], _ bytes: any RandomAccessBytes
    ) throws -> Written {
        var header = HDF5Header()
        header.add(HDF5Object.Kind.dataspace, HDF5Bytes.dataspace(shape))
        header.add(HDF5Object.Kind.datatype, HDF5Bytes.datatype(type), flags: 1)
        // The fill value: written where nothing else was, which is nowhere.
        header.add(5, HDF5Bytes([2, 2, 2, 1, 0, 0, 0, 0]), flags: 1)
        var layout = HDF5Bytes([3, 1])
        layout.append(.max, 8)
        layout.append(UInt64(bytes.count), 8)
        let layoutPlace = header.add(HDF5Object.Kind.layout, layout)
        try addAttributes(node, &header)
        let address = try write(header)
        pending.append((address + layoutPlace + 2, bytes))
        return Written(header: address, tables: nil)
    }

    // MARK: Headers

    private func addAttributes(_ node: Int, _ header: inout HDF5Header) throws {
        for (index, (name, value)) in nodes[node].attributes.enumerated() {
            let type = HDF5Bytes.datatype(value.type)
            let space = HDF5Bytes.dataspace(value.shape)
            var message = HDF5Bytes([1, 0])
            message.append(UInt64(name.utf8.count + 1), 2)
            message.append(UInt64(type.count), 2)
            message.append(UInt64(space.count), 2)
            for part in [Array(name.utf8) + [0], type.bytes, space.bytes] {
                message.append(part)
                message.pad()
            }
            message.append(texts.data(value, first: firstTexts[node][index]))
            guard message.count.roundedUpTo8 < 1 << 16 else {
                throw HornbillError(
                    .argument, "the attribute '\(name)' takes \(message.count) bytes; HDF5 allows \((1 << 16) - 8)")
            }
            header.add(HDF5Object.Kind.attribute, message)
        }
    }

    private mutating func write(_ header: HDF5Header) throws -> Int {
        let address = output.count
        guard let size = UInt32(exactly: header.messages.count), header.count < 1 << 16 else {
            throw HornbillError(.argument, "an object has more attributes than HDF5 allows")
        }
        output.append([1, 0])
        output.append(UInt64(header.count), 2)
        output.append(1, 4)
        output.append(UInt64(size), 4)
        output.append(zeros: 4)
        output.append(header.messages.bytes)
        return address
    }
}

/// An object header that is being made.
private struct HDF5Header {
    private(set) var messages = HDF5Bytes()
    private(set) var count = 0

    /// Adds a message; the place of its body, counted from the header's beginning.
    @discardableResult
    mutating func add(_ kind: Int, _ body: HDF5Bytes, flags: UInt64 = 0) -> Int {
        messages.append(UInt64(kind), 2)
        messages.append(UInt64(body.count.roundedUpTo8), 2)
        messages.append(flags, 4)
        let place = 16 + messages.count
        messages.append(body.bytes)
        messages.pad()
        count += 1
        return place
    }
}
