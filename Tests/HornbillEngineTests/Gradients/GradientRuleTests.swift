import HornbillEngine
import Testing

import class Foundation.FileManager
import struct Foundation.URL

@Suite struct GradientRuleTests {
    @Test(arguments: GradientCases.all)
    func `gradients agree with finite differences`(_ test: GradientCase) throws {
        try Differences.check(test.name, test.inputs, step: test.step, test.function)
    }

    @Test(arguments: GradientCases.all.filter(\.secondOrder))
    func `gradients of gradients agree with finite differences`(_ test: GradientCase) throws {
        try Differences.check("second order of " + test.name, test.inputs, step: test.step) { x in
            let first = try gradients(at: x) { try test.function($0) }
            return try zip(first, 1...).map { gradient, weight in
                try Tensor.reduce(.sum, Tensor.unary(.square, gradient), axes: nil, keepDims: false) * weight
            }.reduce(Tensor(scalar: 0.0), +)
        }
    }

    @Test(arguments: GradientCases.all)
    func `compiled gradients are the interpreted ones`(_ test: GradientCase) throws {
        let graph = try Differences.graph(test.inputs) { x in
            let (value, slopes) = try valueAndGradients(at: x, of: test.function)
            return [value] + slopes
        }
        let interpreted = try Reference.run(graph, inputs: test.inputs).outputs
        let compiled = try GraphRunner.run(graph, test.inputs)
        for (found, wanted) in zip(compiled, interpreted) {
            #expect(found.type == wanted.type)
            for (x, y) in zip(try found.doubles(), try wanted.doubles()) {
                #expect(abs(x - y) <= 1e-6 * max(1, abs(y)), "\(graph)")
            }
        }
    }

    /// Operations through which no gradient flows, and why.
    private static let exempt: [String: String] = [
        "input": "a source", "constant": "a source", "variable": "a source",
        "stopGradient": "that is what it is for", "checkRange": "of integers", "argReduce": "gives integers",
        "oneHot": "of integers", "random": "of integers", "fused": "made after gradients are taken",
        "fusedMatmul": "made after gradients are taken", "fusedConvolution": "made after gradients are taken",
        "fusedKernelGradient": "made after gradients are taken",
        "whileLoop": "its number of rounds is not known",
    ]

    @Test func `every operation has a case or a reason to have none`() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/HornbillEngine/Graph/Operation.swift")
        let text = try String(contentsOf: source, encoding: .utf8)
        let body = try #require(text.split(separator: "public enum Operation").last?.split(separator: "\n}").first)
        let known = Set(
            body.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }.filter {
                $0.hasPrefix("case ")
            }
            .map { String($0.dropFirst(5).prefix { $0.isLetter }) })
        #expect(known.contains("matmul") && known.contains("cond") && known.count > 30)
        var tested: Set<String> = []
        for test in GradientCases.all {
            for node in try Differences.graph(test.inputs, { [try test.function($0)] }).nodes {
                tested.insert(Mirror(reflecting: node.operation).children.first?.label ?? "\(node.operation)")
            }
        }
        #expect(known.subtracting(tested).subtracting(Self.exempt.keys).sorted() == [])
        #expect(Set(Self.exempt.keys).subtracting(known).sorted() == [])
    }
}
