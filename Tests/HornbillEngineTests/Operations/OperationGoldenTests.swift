import Foundation
import HornbillEngine
import Testing

/// Every case of Tests/Reference/ops.py: its inputs, through Hornbill's operation, give what keras.ops gave.
@Suite struct OperationGoldenTests {
    private static let archive = Result {
        try NpzArchive(
            path: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Reference/Golden/ops/ops.npz").path)
    }

    private static func names() -> [String] {
        guard let archive = try? archive.get() else { return ["(the golden file cannot be read)"] }
        return archive.names.filter { $0.hasSuffix("/=0") }.map { String($0.dropLast(3)) }
    }

    @Test(arguments: names())
    func `gives what keras ops gives`(_ name: String) throws {
        let archive = try Self.archive.get()
        func tensors(_ prefix: String) -> [Tensor] {
            var found: [Tensor] = []
            while let tensor = archive["\(name)/\(prefix)\(found.count)"] { found.append(tensor) }
            return found
        }
        let call = try #require(operationCalls[name] ?? einsum(name), "no Swift call for this case")
        let (results, expected) = (call(tensors("")), tensors("="))
        #expect(results.count == expected.count)
        for (result, want) in zip(results, expected) {
            try result.validated()
            #expect(result.dtype == want.dtype)
            #expect(result.shape == want.shape)
            try expectClose(result, want)
        }
    }

    @Test(arguments: names().filter { $0 != "bincount_weights" })  // its length depends on the values
    func `gives the same when it is traced and run as a graph`(_ name: String) throws {
        let archive = try Self.archive.get()
        let inputs = (0..<4).compactMap { archive["\(name)/\($0)"] }
        let call = try #require(operationCalls[name] ?? einsum(name), "no Swift call for this case")
        let trace = Trace()
        let graph = try trace.run { try trace.finish(call(inputs.map { try trace.input($0.type) })) }
        try graph.verify("tracing")
        for (result, want) in zip(try GraphRunner.run(graph, inputs), call(inputs)) {
            #expect(result.type == want.type)
            try expectClose(result, want)
        }
    }

    @Test func `every Swift call has its golden data`() throws {
        let known = Set(Self.names())
        #expect(operationCalls.keys.filter { !known.contains($0) }.sorted() == [])
    }

    private func einsum(_ name: String) -> (([Tensor]) -> [Tensor])? {
        guard name.hasPrefix("einsum ") else { return nil }
        let pattern = String(name.dropFirst(7))
        return { operands in
            switch operands.count {
            case 1: [ops.einsum(pattern, operands[0])]
            case 2: [ops.einsum(pattern, operands[0], operands[1])]
            default: [ops.einsum(pattern, operands[0], operands[1], operands[2])]
            }
        }
    }

    private func expectClose(_ result: Tensor, _ want: Tensor) throws {
        for (index, (a, b)) in zip(try result.doubles(), try want.doubles()).enumerated() {
            if a == b || (a.isNaN && b.isNaN) { continue }
            #expect(Swift.abs(a - b) <= 2e-6 + 1e-5 * Swift.abs(b), "element \(index): \(a), Keras has \(b)")
        }
    }
}
