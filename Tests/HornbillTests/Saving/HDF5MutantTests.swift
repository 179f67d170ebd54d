import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct HDF5MutantTests {
    private struct Original {
        let bytes: [UInt8]
        /// Where there is something: most bytes of such files are zero.
        let filled: [Int]

        init(_ name: String) throws {
            let bytes = try FormatGolden.bytes(name)
            self.bytes = bytes
            filled = bytes.indices.filter { bytes[$0] != 0 }
        }
    }

    /// One of these files, damaged the way that attackers and disks do it.
    private func mutant(_ files: [Original], _ generator: inout SplitMix) -> [UInt8] {
        let original = files[generator.next(below: files.count)]
        var bytes = original.bytes
        let filled = original.filled
        // Sizes and addresses are what the structures are made of; most numbers in a file are such.
        let odd: [UInt64] = [
            0, 1, 7, 0xFF, 0xFFFF, 0xFFFF_FFFF, 1 << 31, 1 << 32, 1 << 40, UInt64(Int.max), 1 << 63, .max, .max - 7,
            UInt64(bytes.count), UInt64(bytes.count - 8),
        ]
        for _ in 0..<1 + generator.next(below: 3) {
            let place = filled[generator.next(below: filled.count)]
            switch generator.next(below: 6) {
            case 0: bytes[place] ^= 1 << UInt8(generator.next(below: 8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 2:
                let value = odd[generator.next(below: odd.count)]
                let width = [1, 2, 4, 8][generator.next(below: 4)]
                for index in 0..<width where place / width * width + index < bytes.count {
                    bytes[place / width * width + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
                }
            case 3:
                // An address or a structure from elsewhere in the file.
                let count = [8, 24, 40, 96][generator.next(below: 4)]
                let source = filled[generator.next(below: filled.count)] / 8 * 8
                for index in 0..<count where max(source, place / 8 * 8) + index < bytes.count {
                    bytes[place / 8 * 8 + index] = bytes[source + index]
                }
            case 4:
                let address = UInt64(generator.next(below: bytes.count) / 8 * 8)
                for index in 0..<8 where place / 8 * 8 + index < bytes.count {
                    bytes[place / 8 * 8 + index] = UInt8(truncatingIfNeeded: address >> (8 * UInt64(index)))
                }
            default:
                if generator.next(below: 8) == 0 { return Array(bytes.prefix(place)) }
                bytes[place] = bytes[place] &+ 1
            }
        }
        return bytes
    }

    @Test(.timeLimit(.minutes(10)))
    func `damaged files are read or refused, and nothing else`() throws {
        let names = FormatGolden.readable.filter { $0 != "many.h5" }
        let files = try (names + ["refused.h5", "external_link.h5"]).map { try Original($0) }
        var generator = SplitMix(seed: 2026)
        var refused = 0
        for number in 0..<(isThorough ? 10_000 : 500) {
            let bytes = mutant(files, &generator)
            do {
                _ = try HDF5Contents.read(HDF5Reader(MemoryBytes(bytes), named: "mutant \(number)"))
            } catch {
                refused += 1
                let error = try #require(error as? HornbillError)
                #expect(error.kind == .file || error.kind == .dtype, "\(error)")
            }
        }
        // A mutant in an element's bytes is a good file; most others are not.
        #expect(refused > 100)
    }
}
