import HornbillEngine
import Testing

@Suite struct ConvolutionFusionTests {
    /// A layer and the gradients for its weights and input.
    private func graph(relu: Bool) throws -> Graph {
        let types = [[2, 6, 6, 3], [3, 3, 3, 4], [4]].map { TensorType(.float32, Shape($0)) }
        return try trace(types) { operands in
            let (value, slopes) = try valueAndGradients(at: operands) { x in
                let y = ops.conv(x[0], x[1], padding: .same) + x[2]
                return ops.sum(ops.square(relu ? ops.relu(y) : y))
            }
            return [value] + slopes
        }
    }

    @Test(arguments: [false, true])
    func `a bias joins the convolution, and its gradient the kernel's`(_ relu: Bool) throws {
        let graph = try graph(relu: relu)
        let fused = try FuseConvolution.run(Simplify.run(graph))
        try fused.verify("fusion")
        let names = fused.nodes.map(\.operation.description)
        #expect(names.count { $0.hasPrefix("fusedConvolution") } == 1)
        #expect(names.count { $0.hasPrefix("fusedKernelGradient") } == 1)
        #expect(!names.contains { $0.hasPrefix("convolution[") || $0.hasPrefix("convolutionKernelGradient") })
        var numbers = Numbers(90)
        let inputs = graph.inputTypes.map { numbers.tensor($0.shape) }
        try checkPlan(graph, inputs, tolerance: 1e-4)
    }

    @Test func `what else reads the convolution keeps it from being fused`() throws {
        let types = [[1, 5, 2], [2, 2, 3], [3]].map { TensorType(.float32, Shape($0)) }
        let graph = try trace(types) { x in
            let y = ops.conv(x[0], x[1])
            return [ops.relu(y + x[2]), y]
        }
        let fused = try FuseConvolution.run(Simplify.run(graph))
        #expect(!fused.nodes.contains { $0.operation.description.hasPrefix("fusedConvolution") })
        var numbers = Numbers(91)
        try checkPlan(graph, types.map { numbers.tensor($0.shape) }, tolerance: 1e-5)
    }
}
