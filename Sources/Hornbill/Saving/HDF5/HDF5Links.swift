import HornbillEngine

/// What a group contains, in the file's order: names, and where they lead.
struct HDF5Links {
    enum Target {
        case object(Int)
        /// A way out of the group that is not taken: what it is called in the error.
        case refused(String)
    }

    private(set) var names: [String] = []
    private var targets: [Target] = []
    /// By bytes: Swift takes differently composed characters for equal.
    private var places: [[UInt8]: Int] = [:]

    subscript(name: String) -> Target? { places[Array(name.utf8)].map { targets[$0] } }

    init(_ reader: HDF5Reader, _ object: HDF5Object) throws {
        if var fields = try object.fields(HDF5Object.Kind.symbolTable, "the symbol table message") {
            guard let tree = try fields.address(), let heap = try fields.address() else {
                throw fields.error("it leads nowhere")
            }
            try readSymbolTable(reader, tree, heap, object.place)
        } else {
            try readMessages(object)
        }
    }

    private mutating func add(_ nameBytes: ArraySlice<UInt8>, _ target: Target, _ place: HDF5Place) throws {
        guard let name = String(validating: nameBytes, as: UTF8.self) else {
            throw place.error("a name in it is not valid UTF-8: \(Array(nameBytes.prefix(40)))")
        }
        guard !nameBytes.isEmpty, !nameBytes.contains(UInt8(ascii: "/")), name != ".", !nameBytes.contains(0) else {
            throw place.error("'\(name.prefix(40))' cannot be a name in it")
        }
        guard places.updateValue(names.count, forKey: Array(nameBytes)) == nil else {
            throw place.error("the name '\(name)' is there twice")
        }
        names.append(name)
        targets.append(target)
    }

    // MARK: Groups of the first kind: a B-tree whose leaves lead to tables of symbols, their names in a heap

    /// The bytes of a heap of names that are read at most.
    private static let maximumHeap = 16 << 20

    private mutating func readSymbolTable(
        _ reader: HDF5Reader, _ tree: Int, _ heap: Int, _ place: HDF5Place
    ) throws {
        var header = HDF5Fields(try reader.metadata(heap, 32, place)[...], "the heap of names", place)
        try header.expect("HEAP")
        guard try header.byte() == 0 else { throw header.error("its version is not 0") }
        try header.skip(3)
        let size = try header.length()
        try header.skip(8)
        guard let segment = try header.address(), size <= Self.maximumHeap else {
            throw header.error("it has \(size) bytes")
        }
        let names = try reader.metadata(segment, size, place)
        // Each level is one less than that above it, and no node is seen twice: so the walk ends.
        var open: [(address: Int, level: Int?)] = [(tree, nil)]
        var seen: Set<Int> = []
        while let (address, level) = open.popLast() {
            guard seen.insert(address).inserted else { throw place.refused("a B-tree that leads back into itself") }
            if level == -1 {
                try readSymbols(reader, address, names, place)
            } else {
                let children = try Self.children(reader, address, level, place)
                open.append(contentsOf: children.addresses.reversed().map { ($0, children.level - 1) })
            }
        }
    }

    private static func children(
        _ reader: HDF5Reader, _ address: Int, _ expected: Int?, _ place: HDF5Place
    ) throws -> (level: Int, addresses: [Int]) {
        var header = HDF5Fields(try reader.metadata(address, 24, place)[...], "the B-tree", place)
        try header.expect("TREE")
        guard try header.byte() == 0 else { throw header.error("its nodes are not those of a group") }
        let level = try header.byte()
        guard level == expected ?? level, level <= 16 else { throw header.error("a node has the level \(level)") }
        let count = try header.length(2)
        // Two siblings, then keys and children by turns.
        var entries = HDF5Fields(
            try reader.metadata(address + 24, count * 16 + 8, place)[...], "the B-tree", place)
        let addresses = try (0..<count).map { _ in
            try entries.skip(8)
            guard let child = try entries.address() else { throw entries.error("a node has a child nowhere") }
            return child
        }
        return (level, addresses)
    }

    private mutating func readSymbols(
        _ reader: HDF5Reader, _ address: Int, _ names: [UInt8], _ place: HDF5Place
    ) throws {
        var header = HDF5Fields(try reader.metadata(address, 8, place)[...], "the table of symbols", place)
        try header.expect("SNOD")
        guard try header.byte() == 1 else { throw header.error("its version is not 1") }
        try header.skip(1)
        let count = try header.length(2)
        var entries = HDF5Fields(
            try reader.metadata(address + 8, count * 40, place)[...], "the table of symbols", place)
        for _ in 0..<count {
            let nameOffset = try entries.length()
            let object = try entries.address()
            let kind = try entries.length(4)
            try entries.skip(20)
            guard nameOffset <= names.count else { throw entries.error("a name lies at the place \(nameOffset)") }
            var name = HDF5Fields(names[nameOffset...], "the heap of names", place)
            let target: Target
            if kind == 2 {
                target = .refused("a soft link")
            } else if kind > 2 {
                throw entries.error("a symbol of the unknown kind \(kind)")
            } else {
                guard let object else { throw entries.error("a name leads nowhere") }
                target = .object(object)
            }
            try add(try name.terminated(), target, place)
        }
    }

    // MARK: Groups of the second kind: a message for each link

    private mutating func readMessages(_ object: HDF5Object) throws {
        let place = object.place
        if var fields = try object.fields(HDF5Object.Kind.linkInfo, "the link info message") {
            guard try fields.byte() == 0 else { throw fields.error("its version is not 0") }
            if try fields.byte() & 1 != 0 { try fields.skip(8) }
            guard try fields.address() == nil else {
                throw place.refused("links in a fractal heap", "save the file with h5py's default libver")
            }
        }
        var ordered: [(order: UInt64, name: ArraySlice<UInt8>, target: Target)] = []
        for message in object.messages where message.kind == HDF5Object.Kind.link {
            guard message.flags & 2 == 0 else { throw place.refused("a shared message") }
            var fields = HDF5Fields(message.body, "the link message", place)
            guard try fields.byte() == 1 else { throw fields.error("its version is not 1") }
            let flags = try fields.byte()
            let kind = flags & 8 != 0 ? try fields.byte() : 0
            let order = flags & 4 != 0 ? try fields.unsigned(8) : 0
            if flags & 16 != 0 { try fields.skip(1) }
            let name = try fields.take(try fields.length(1 << (flags & 3)))
            switch kind {
            case 0:
                guard let address = try fields.address() else { throw fields.error("a name leads nowhere") }
                ordered.append((order, name, .object(address)))
            case 1: ordered.append((order, name, .refused("a soft link")))
            case 64: ordered.append((order, name, .refused("an external link")))
            default: ordered.append((order, name, .refused("a link of the user-defined kind \(kind)")))
            }
        }
        // Without an order of creation they come by name, as h5py has them.
        let sorted = ordered.sorted { first, second in
            first.order == second.order
                ? first.name.lexicographicallyPrecedes(second.name) : first.order < second.order
        }
        for link in sorted { try add(link.name, link.target, place) }
    }
}
