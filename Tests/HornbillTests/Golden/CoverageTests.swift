import Foundation
import Testing

/// Keras's public names, found by introspection, are held against the golden data: a name that has none, and no reason
/// in Tests/Reference/names.py why it needs none, fails.
@Suite struct CoverageTests {
    /// The folders of golden data of each family of names.
    static let folders: [String: [String]] = [
        "layers": Golden.families("layers") + ["preprocessing"], "losses": ["losses"], "metrics": ["metrics"],
        "optimizers": ["optimizers"] + Golden.families("optimizer"), "schedules": ["schedules"],
        "initializers": ["initializers"], "regularizers": ["regularizers"], "constraints": ["constraints"],
    ]

    @Test(arguments: folders.keys.sorted())
    func `every public class of Keras has golden data or a reason why not`(_ family: String) throws {
        let counts = try Self.counts(family)
        let excluded = try Golden.names(family, "excluded")
        let missing = try Golden.names(family, "classes").filter { counts[$0] == nil && !excluded.contains($0) }
        #expect(missing == [], "no golden data in \(Self.folders[family] ?? [])")
        #expect(excluded.filter { counts[$0] != nil } == [], "excluded, but there")
    }

    @Test func `every activation function of Keras has golden data`() throws {
        let known = Set(Golden.cases("activations").map(\.className))
        #expect(try Golden.names("activations", "functions").filter { !known.contains($0) } == [])
    }

    @Test func `every layer is checked in at least three configurations`() throws {
        let few = try Self.counts("layers").filter { $0.value < 3 }
        #expect(few.map { "\($0.key): \($0.value)" }.sorted() == [])
    }

    /// The number of cases of each class.
    private static func counts(_ family: String) throws -> [String: Int] {
        let cases = try #require(folders[family]).flatMap(Golden.cases)
        return cases.reduce(into: [:]) { $0[$1.className, default: 0] += 1 }
    }
}
