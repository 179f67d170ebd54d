import HornbillEngine

/// Files out of a tar archive, gzipped or not: names, sizes and bytes; links and devices are passed over.
enum TarFile {
    /// - Parameters:
    ///   - names: the files that are wanted.
    ///   - limit: the most bytes that one may have.
    /// - Throws: kind `file` for an archive that is damaged or lacks one of them.
    static func read(_ path: String, _ names: [String], limit: Int) throws -> [String: [UInt8]] {
        let source = try ByteSource(path: path)
        func failure(_ reason: String) -> HornbillError {
            HornbillError(.file, "'\(path)' is no tar archive: \(reason)")
        }
        var found: [String: [UInt8]] = [:]
        while found.count < names.count {
            guard let header = try block(source) else { break }
            guard header.contains(where: { $0 != 0 }) else { break }
            guard header[257..<262].elementsEqual("ustar".utf8) else { throw failure("it lacks the word ustar") }
            let stated = header[148..<156].filter { (48...55).contains($0) }.reduce(0) { $0 << 3 | Int($1 - 48) }
            let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
            guard stated == sum else { throw failure("a header's checksum is wrong") }
            let digits = header[124..<136].prefix { $0 != 0 && $0 != 32 }
            guard digits.allSatisfy({ (48...55).contains($0) }) else { throw failure("a size is no number") }
            let size = digits.reduce(0) { $0 << 3 | Int($1 - 48) }
            let name = [345..<500, 0..<100].map { String(decoding: header[$0].prefix { $0 != 0 }, as: UTF8.self) }
                .filter { !$0.isEmpty }.joined(separator: "/")
            let isWanted = (header[156] == 48 || header[156] == 0) && names.contains(name)
            guard !isWanted || size <= limit else {
                throw failure("'\(name)' has \(size) bytes; at most \(limit) are read")
            }
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: size, by: 512) {
                guard let part = try block(source) else { throw failure("it ends within '\(name)'") }
                if isWanted { bytes += part.prefix(size - start) }
            }
            if isWanted { found[name] = bytes }
        }
        if let missing = names.first(where: { found[$0] == nil }) {
            throw HornbillError(.file, "'\(path)' has no file '\(missing)'")
        }
        return found
    }

    /// The next 512 bytes; nil at the end.
    private static func block(_ source: ByteSource) throws -> [UInt8]? {
        var block: [UInt8] = []
        block.reserveCapacity(512)
        while block.count < 512 {
            guard let byte = try source.next() else { return nil }
            block.append(byte)
        }
        return block
    }
}
