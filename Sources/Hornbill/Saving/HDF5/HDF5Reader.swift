import HornbillEngine

/// A reader of the part of HDF5 in which Keras (through h5py) writes weights.
///
/// The format can also say "open another file", "run this filter", "these elements lie anywhere". This reader knows none
/// of it: such a construct is an error that names it and the object. Whatever else the bytes say, the work is bounded by
/// the file's size: a piece of metadata is read once, an object has one path, data lie within the file and overlap none.
/// No lookup recurses.
package final class HDF5Reader {
    /// How the file is called in errors.
    package let name: String
    let bytes: any RandomAccessBytes
    private var rootAddress = 0
    /// How much metadata may still be read. Each piece is needed once or twice, so honest files stay far below.
    private var budget: Int
    private var objects: [Int: HDF5Object] = [:]
    private var links: [Int: HDF5Links] = [:]
    private var extents = HDF5Extents()
    let heaps = HDF5GlobalHeaps()

    /// - Throws: kind `file` for anything that is not such a file, or is cut off.
    package init(_ bytes: some RandomAccessBytes, named name: String) throws {
        self.bytes = bytes
        self.name = name
        budget = min(bytes.count, Int.max / 8) * 4 + (1 << 20)
        rootAddress = try superblock()
        guard try object(rootAddress, "/").isGroup else { throw rootPlace.error("the root is not a group") }
    }

    /// Whether the bytes begin as HDF5 files do.
    package static func isHDF5(_ bytes: some RandomAccessBytes) -> Bool {
        (try? bytes.bytes(at: 0, count: signature.count)) == signature
    }

    package var root: HDF5Group {
        get throws { try HDF5Group(self, rootAddress, "/") }
    }

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    private var rootPlace: HDF5Place { HDF5Place(file: name, path: "/") }

    private func superblock() throws -> Int {
        guard Self.isHDF5(bytes) else { throw rootPlace.error("this is not an HDF5 file: it does not begin as one") }
        var fields = HDF5Fields(try metadata(0, available(0, 96), rootPlace)[...], "the superblock", rootPlace)
        try fields.skip(8)
        let version = try fields.byte()
        switch version {
        case 0, 1: try fields.skip(4)
        case 2, 3: break
        default: throw fields.error("the version \(version) is not known; known are 0 to 3")
        }
        let (offsetSize, lengthSize) = (try fields.byte(), try fields.byte())
        guard offsetSize == 8, lengthSize == 8 else {
            throw rootPlace.refused("addresses of \(offsetSize) and lengths of \(lengthSize) bytes; 8 are expected")
        }
        try fields.skip(version == 0 ? 9 : version == 1 ? 13 : 1)
        guard try fields.address() == 0 else { throw rootPlace.refused("a base address other than 0") }
        let extra = try fields.address()
        let end = try fields.address()
        guard let end, end <= bytes.count else {
            throw rootPlace.error(
                "the file is cut off: it says that it has \(end ?? -1) bytes, \(bytes.count) are there")
        }
        if version < 2 {
            guard try fields.address() == nil else { throw rootPlace.refused("a driver of files in parts") }
            try fields.skip(8)
        } else if extra != nil {
            throw rootPlace.refused("an extension of the superblock", "save the file without special properties")
        }
        guard let root = try fields.address() else { throw fields.error("there is no root") }
        if version >= 2 {
            let checksum = try fields.unsigned(4)
            let checked = try bytes.bytes(at: 0, count: 44)
            guard checksum == HDF5Checksum.lookup3(checked[...]) else { throw fields.error("its checksum is wrong") }
        }
        return root
    }

    /// A piece of metadata.
    /// - Throws: kind `file` if it does not lie in the file, or if more is asked than an honest file needs.
    func metadata(_ offset: Int, _ count: Int, _ place: HDF5Place) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw place.error(
                "\(count) bytes of metadata should lie at the place \(offset), but the file has \(bytes.count) bytes")
        }
        guard count <= budget else { throw place.error("the file's metadata refer to the same bytes over and over") }
        budget -= count
        return try bytes.bytes(at: offset, count: count)
    }

    /// `count`, or as many bytes as the file still has there.
    func available(_ offset: Int, _ count: Int) -> Int { max(0, min(count, bytes.count - min(offset, bytes.count))) }

    /// The object at an address. An address stands for one path: hard links to the same object are how cycles and groups
    /// without end are made, and Keras makes none.
    func object(_ address: Int, _ path: String) throws -> HDF5Object {
        let place = HDF5Place(file: name, path: path)
        if let known = objects[address] {
            guard known.place.path == path else {
                throw place.refused("a second link to '\(known.place.path)' (links in a circle, or an object shared)")
            }
            return known
        }
        let object = try HDF5Object(self, address, place)
        objects[address] = object
        return object
    }

    /// The links of a group.
    func links(of object: HDF5Object) throws -> HDF5Links {
        if let known = links[object.address] { return known }
        let result = try HDF5Links(self, object)
        links[object.address] = result
        return result
    }

    /// Notes that a dataset's data lie there.
    /// - Throws: kind `file` if they do not lie in the file, or lie over those of another dataset.
    func claim(_ offset: Int, _ count: Int, _ place: HDF5Place) throws {
        guard offset <= bytes.count, count <= bytes.count - offset else {
            throw place.error(
                "\(count) bytes are declared at the place \(offset), but the file has only \(bytes.count) bytes")
        }
        if let other = extents.insert(offset, count, place.path) {
            throw place.error("its bytes lie over those of '\(other)'")
        }
    }
}

/// Which bytes belong to which dataset.
private struct HDF5Extents {
    private var all: [(start: Int, end: Int, path: String)] = []

    /// Inserts a piece; the path of another that it overlaps, if there is one.
    mutating func insert(_ start: Int, _ count: Int, _ path: String) -> String? {
        if count == 0 { return nil }
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].start < start { low = middle + 1 } else { high = middle }
        }
        if low < all.count, all[low].path == path, all[low].start == start { return nil }
        if low > 0, all[low - 1].end > start { return all[low - 1].path }
        if low < all.count, all[low].start < start + count { return all[low].path }
        all.insert((start, start + count, path), at: low)
        return nil
    }
}
