import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

/// Every case of Tests/Reference/ops.py and its sisters: its inputs, through Hornbill's operation, give what keras.ops gave.
@Suite struct OperationGoldenTests {
    private static let archives = Result {
        try ["ops/ops", "ops_numpy/numpy", "ops_linalg/linalg", "ops_image/image"].map {
            try NpzArchive(path: referencePath("Golden/\($0).npz"))
        }
    }

    private static func names() -> [String] {
        guard let archives = try? archives.get() else { return ["(a golden file cannot be read)"] }
        return archives.flatMap(\.names).filter { $0.hasSuffix("/=0") }.map { String($0.dropLast(3)) }
    }

    /// The inputs or, with the prefix `=`, the results of a case.
    private static func tensors(_ name: String, _ prefix: String = "") throws -> [Tensor] {
        var found: [Tensor] = []
        while let tensor = try archives.get().lazy.compactMap({ $0["\(name)/\(prefix)\(found.count)"] }).first {
            found.append(tensor)
        }
        return found
    }

    /// Their shapes depend on the values, so that they cannot be traced.
    private static let untraceable: Set<String> = [
        "bincount_weights", "nonzero", "unique", "unique_axis", "unique_size", "unique_size_unfilled",
    ]

    @Test(arguments: names())
    func `gives what keras ops gives`(_ name: String) throws {
        let call = try #require(operationCalls[name] ?? einsum(name), "no Swift call for this case")
        let (results, expected) = (call(try Self.tensors(name)), try Self.tensors(name, "="))
        #expect(results.count == expected.count)
        for (result, want) in zip(results, expected) {
            try result.validated()
            #expect(result.dtype == want.dtype)
            #expect(result.shape == want.shape)
            // Float32 in which Keras decomposes matrices loses as many digits as they are near to singular.
            try expectClose(result, want, tolerance: linearAlgebraCalls[name] == nil ? 1 : 20)
        }
    }

    @Test(arguments: names().filter { !untraceable.contains($0) })
    func `gives the same when it is traced and run as a graph`(_ name: String) throws {
        let inputs = try Self.tensors(name)
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

    private func expectClose(_ result: Tensor, _ want: Tensor, tolerance: Double = 1) throws {
        for (index, (a, b)) in zip(try result.doubles(), try want.doubles()).enumerated() {
            if a == b || (a.isNaN && b.isNaN) { continue }
            let bound = tolerance * (2e-6 + 1e-5 * Swift.abs(b))
            #expect(Swift.abs(a - b) <= bound, "element \(index): \(a), Keras has \(b)")
        }
    }
}
