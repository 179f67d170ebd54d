import Hornbill
import Testing

@Suite struct InitializerTests {
    @Test func `an initializer keeps its seed, another one has another`() throws {
        try Session.withNew(seed: 5) { () throws in
            let initializer = Initializers.HeNormal()
            #expect(try initializer([3, 4]).floats() == initializer([3, 4]).floats())
            #expect(try initializer([3, 4]).floats() != Initializers.HeNormal()([3, 4]).floats())
            let (a, b) = (Initializers.HeNormal(seed: 3), Initializers.HeNormal(seed: 3))
            #expect(try a([5]).floats() == b([5]).floats())
        }
    }

    @Test func `a session's seed gives the same weights`() throws {
        func weights(_ seed: Int) throws -> [Float] {
            try Session.withNew(seed: seed) {
                let layer = Dense(3)
                _ = layer(Tensor.ones([1, 4]))
                return try layer.getWeights()[0].floats()
            }
        }
        #expect(try weights(1) == weights(1))
        #expect(try weights(1) != weights(2))
    }

    @Test func `asking for a configuration draws nothing`() throws {
        func weights(_ asks: Bool) throws -> [Float] {
            try Session.withNew(seed: 1) {
                let layer = Dense(3)
                if asks { _ = layer.getConfig() }
                _ = layer(Tensor.ones([1, 4]))
                return try layer.getWeights()[0].floats()
            }
        }
        #expect(try weights(true) == weights(false))
    }

    @Test func `a large orthogonal matrix is orthogonal`() throws {
        for shape in [[70, 70], [40, 150], [150, 40], [3, 30, 100]] as [Shape] {
            let matrix = try Initializers.Orthogonal(seed: 1)(shape)
            let flat = ops.reshape(matrix, [-1, shape.last ?? 1])
            let rows = flat.shape[0] < flat.shape[1] ? flat : ops.transpose(flat)
            let gram = try ops.matmul(rows, ops.transpose(rows)).doubles()
            let size = rows.shape[0]
            for (index, value) in gram.enumerated() {
                let want = index / size == index % size ? 1.0 : 0
                #expect(abs(value - want) < 2e-6)
            }
        }
    }

    @Test func `a tensor and a subclass are initializers`() throws {
        final class Rising: Initializer {
            override func callAsFunction(_ shape: Shape, dtype: DType) throws -> Tensor {
                ops.reshape(Tensor.arange(0, shape.count), shape).cast(to: dtype)
            }
        }
        let layer = Dense(2, kernelInitializer: Rising(), biasInitializer: Tensor([Float(7), 8]))
        #expect(try layer(Tensor.ones([1, 2])).floats() == [9, 12])
        let wrong = Dense(2, biasInitializer: Tensor([Float(7)]))
        #expect(wrong(Tensor.ones([1, 2])).error?.kind == .shape)
    }

    @Test func `what an initializer cannot make is an error`() {
        expectError(.shape, "(3,)") { _ = try Initializers.Identity()([3]) }
        expectError(.shape, "(3,)") { _ = try Initializers.Orthogonal()([3]) }
        expectError(.argument, "scale") { _ = try Initializers.VarianceScaling(scale: 0)([3]) }
        expectError(.unknownName, "he_norml", "Did you mean 'he_normal'?", "glorot_uniform") {
            _ = try "he_norml".asInitializer()
        }
        expectError(.unknownName, "l3", "orthogonal_regularizer") { _ = try "l3".asRegularizer() }
        expectError(.unknownName, "max_nrm", "Did you mean 'max_norm'?") { _ = try "max_nrm".asConstraint() }
        expectError(.argument, "-1") { _ = try Regularizers.L2(-1)(Tensor([1.0])) }
        expectError(.shape, "matrices") { _ = try Regularizers.OrthogonalRegularizer()(Tensor([1.0])) }
    }

    @Test func `all forms of an initializer fit`() throws {
        func make(_ initializer: any InitializerConvertible) throws -> Initializer { try initializer.asInitializer() }
        #expect(try make(.zeros) is Initializers.Zeros)
        #expect(try make(.heNormal(seed: 1)) is Initializers.HeNormal)
        #expect(try make("uniform") is Initializers.RandomUniform)
        #expect(try make(.constant(2))([2]).floats() == [2, 2])
        func penalty(_ regularizer: any RegularizerConvertible) throws -> Regularizer {
            try regularizer.asRegularizer()
        }
        #expect(try penalty(.l1L2(l1: 1, l2: 1))(Tensor([Float(2)])).item() == 6)
        func bound(_ constraint: any ConstraintConvertible) throws -> Constraint { try constraint.asConstraint() }
        #expect(try bound(.nonNeg)(Tensor([Float(-2), 1])).floats() == [0, 1])
    }
}
