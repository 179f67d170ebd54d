import HornbillEngine

/// The collections in which texts of any length lie.
final class HDF5GlobalHeaps {
    /// Where the objects of a collection lie, by their numbers.
    private typealias Collection = [Int: (offset: Int, count: Int)]

    private var collections: [Int: Collection] = [:]
    private var spent = 0

    /// The first `size` bytes of an object.
    /// - Throws: kind `file` if it is not there or shorter, or if texts are taken over and over.
    func bytes(_ reader: HDF5Reader, _ address: Int?, _ index: Int, _ size: Int, _ place: HDF5Place) throws -> [UInt8] {
        guard let address else { throw place.error("a text lies nowhere") }
        let collection: Collection
        if let known = collections[address] {
            collection = known
        } else {
            collection = try Self.read(reader, address, place)
            collections[address] = collection
        }
        guard let object = collection[index], size <= object.count else {
            throw place.error("a text of \(size) bytes is not in the heap at \(address)")
        }
        // A thousand attributes may name one long text: what they give together is no more than the file.
        spent += size
        guard spent <= 2 * reader.bytes.count else { throw place.error("the file's texts are longer than the file") }
        return try reader.bytes.bytes(at: object.offset, count: size)
    }

    private static func read(_ reader: HDF5Reader, _ address: Int, _ place: HDF5Place) throws -> Collection {
        var header = HDF5Fields(try reader.metadata(address, 16, place)[...], "the heap of texts", place)
        try header.expect("GCOL")
        guard try header.byte() == 1 else { throw header.error("its version is not 1") }
        try header.skip(3)
        let size = try header.length()
        guard size >= 16, size <= reader.bytes.count - address else { throw header.error("it has \(size) bytes") }
        var result: Collection = [:]
        var offset = address + 16
        let end = address + size
        while end - offset >= 16 {
            var object = HDF5Fields(try reader.metadata(offset, 16, place)[...], "the heap of texts", place)
            let index = try object.length(2)
            try object.skip(6)
            let count = try object.length()
            if index == 0 { break }  // the rest is free
            guard count <= end - offset - 16 else { throw object.error("an object has \(count) bytes") }
            guard result.updateValue((offset + 16, count), forKey: index) == nil else {
                throw object.error("it has two objects of the number \(index)")
            }
            // Objects begin at multiples of 8; the last one's filling may be cut off.
            offset = min(offset + 16 + (count + 7) / 8 * 8, end)
        }
        return result
    }
}
