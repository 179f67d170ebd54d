import Foundation
import Hornbill

/// Models of operations, for what no layer is made of.
enum ONNXOperations {
    static let all: [String: ONNXModels.Make] = [
        "floating": {
            let (x, y) = (Input(shape: [4, 3]), Input(shape: [4, 3]))
            return (try Model(inputs: [x, y], outputs: floating(x, y)), pairs([4, 3]))
        },
        "arranged": {
            let (x, y) = (Input(shape: [4, 3]), Input(shape: [4, 3]))
            return (try Model(inputs: [x, y], outputs: arranged(x, y)), pairs([4, 3]))
        },
        "integers": { try integers(.int32) },
        "long_integers": { try integers(.int64) },
        "small_integers": {
            let (a, b) = (Input(shape: [4], dtype: .uint8), Input(shape: [4], dtype: .uint8))
            let outputs = [
                a + b, a - b, a * b, ops.maximum(a, b), ops.mod(a, b), ops.floorDivide(a, b), ops.bitwiseXor(a, b),
                ops.max(a, axis: -1), ops.sum(a, axis: -1), ops.bitwiseLeftShift(a, 1), a.cast(to: .float32),
            ]
            return (
                try Model(inputs: [a, b], outputs: outputs),
                [3, 8].map { [ONNXModels.ids([$0, 4], 200, .uint8), ONNXModels.ids([4, $0], 7, .uint8).rows($0)] }
            )
        },
        "truth": {
            let (x, y) = (Input(shape: [4]), Input(shape: [4]))
            let (a, b) = (ops.greater(x, 0.0), ops.less(y, 0.3))
            let outputs = [
                ops.logicalAnd(a, b), ops.logicalOr(a, b), ops.logicalXor(a, b), ops.logicalNot(a), ops.equal(a, b),
                ops.any(a, axis: -1), ops.all(b, axis: -1), ops.where(a, b, a), ops.countNonzero(a, axis: -1),
                ops.isnan(x), ops.isfinite(x), ops.isinf(x), ops.greaterEqual(x, y), ops.notEqual(x, y),
                ops.concatenate([a, b], axis: -1), ops.flip(a, axis: 1), ops.take(a, [1, -1], axis: 1),
            ]
            return (try Model(inputs: [x, y], outputs: outputs), pairs([4]))
        },
        "groups": {
            let (x, ids) = (Input(shape: [3]), Input(shape: [], dtype: .int32))
            let groups = [
                ops.segmentSum(x, ids, numSegments: 4), ops.segmentProd(x, ids, numSegments: 4),
                ops.segmentMax(x, ids, numSegments: 2), ops.segmentMin(x, ids, numSegments: 2),
            ]
            return (
                try Model(inputs: [x, ids], outputs: groups.map { x + ops.sum($0, axis: 0) }),
                [6, 9].map { [ONNXModels.numbers([$0, 3]), ONNXModels.ids([$0], 2)] }
            )
        },
    ]

    private static func pairs(_ shape: [Int]) -> [TensorStructure] {
        [1, 5, 32].map { [ONNXModels.numbers(Shape([$0] + shape)), ONNXModels.numbers(Shape([$0] + shape), -0.7)] }
    }

    private static func floating(_ x: SymbolicTensor, _ y: SymbolicTensor) -> [SymbolicTensor] {
        let positive = ops.abs(x) + 0.1
        var all = [
            ops.sign(x), ops.exp(x), ops.expm1(x), ops.log(positive), ops.log1p(positive), ops.rsqrt(positive),
            ops.reciprocal(positive), ops.sin(x), ops.cos(x), ops.tan(x), ops.arcsin(x * 0.9), ops.arccos(x * 0.9),
            ops.arctan(x), ops.sinh(x), ops.cosh(x), ops.tanh(x), ops.sigmoid(x), ops.erf(x), ops.erfc(x),
        ]
        all += [
            ops.softplus(x), ops.floor(x * 3), ops.ceil(x * 3), ops.round(x * 3), ops.trunc(x * 3), ops.relu(x),
            ops.gelu(x), ops.selu(x), ops.celu(x), ops.mod(x, y), ops.mod(x, -0.4), ops.floorDivide(x, y),
            ops.floorDivide(x, 0.3), ops.arctan2(x, y), ops.arctan2(x * 0, y), ops.power(positive, y),
        ]
        all += [
            ops.maximum(x, y), ops.minimum(x, 0.2), ops.logaddexp(x, y), ops.hypot(x, y), ops.clip(x, -0.5, 0.5),
            ops.nanToNum(x / ops.floor(y)), ops.heaviside(x, y), ops.arcsinh(x), ops.arctanh(x * 0.9), ops.cbrt(x),
        ]
        return all
    }

    private static func arranged(_ x: SymbolicTensor, _ y: SymbolicTensor) -> [SymbolicTensor] {
        let top = ops.topK(x, k: 2)
        let moments = ops.moments(x, axes: [1, 2], keepDims: true)
        var all = [
            top.values, top.indices, moments.mean, moments.variance, ops.sort(x, axis: 1), ops.argsort(x, axis: -1),
            ops.argmax(x, axis: 1), ops.argmin(x, axis: -1), ops.cumsum(x, axis: 1), ops.cumprod(x, axis: 1),
            ops.prod(x, axis: 1), ops.min(x, axis: [1, 2]), ops.std(x, axis: 1), ops.logsumexp(x, axis: -1),
        ]
        all += [
            x[0..., 1], x[.ellipsis, -1], x[.all, .newAxis], x[.all, .step(by: 2)], ops.flip(x, axis: 0),
            ops.roll(x, 1, axis: [1]), ops.roll(x, 2, axis: [0]), ops.pad(x, [(0, 0), (1, 2), (0, 1)]),
            ops.repeat(x, 3, axis: 1), ops.repeat(x, 2, axis: 0)[.step(by: 2)], ops.tile(x, [1, 2, 1]),
            ops.swapaxes(x, 1, 2), ops.take(x, [2, 0, -1], axis: 1),
            ops.takeAlongAxis(x, ops.argsort(x, axis: 1), axis: 1),
        ]
        all += [
            ops.softmax(x, axis: 1), ops.logSoftmax(x, axis: -1), ops.einsum("bij,bkj->bik", x, y),
            ops.matmul(x, ops.swapaxes(y, 1, 2)), ops.norm(x, axis: 2), ops.tril(x), ops.diff(x, axis: 1),
            ops.median(x, axis: [1, 2]), ops.concatenate([x, y], axis: 1), ops.stack([x, y], axis: 1),
            ops.oneHot(ops.argmax(x, axis: -1) - 1, 4), x - ops.mean(x, axis: 0), x / ops.max(x, axis: 0),
        ]
        return all
    }

    private static func integers(_ dtype: DType) throws -> (model: Model, batches: [TensorStructure]) {
        let (a, b) = (Input(shape: [4], dtype: dtype), Input(shape: [4], dtype: dtype))
        let (c, d) = (a - 3, b - 2)
        var all = [
            c + d, c - d, c * d, -c, ops.abs(c), ops.sign(c), ops.square(c), ops.relu(c), ops.maximum(c, d),
            ops.minimum(c, d), ops.mod(c, d), ops.floorDivide(c, d), ops.floorDivide(c, -2), ops.power(c, 2),
            c / (d * 2 + 1),
        ]
        all += [
            ops.bitwiseAnd(c, d), ops.bitwiseOr(c, d), ops.bitwiseXor(c, d), ops.bitwiseLeftShift(c, 2),
            ops.bitwiseRightShift(c, 1), ops.greater(c, d), ops.lessEqual(c, d), ops.equal(c, d),
            ops.sum(c, axis: -1), ops.prod(c, axis: -1), ops.max(c, axis: -1), ops.min(c, axis: -1),
            ops.argmax(c, axis: -1), ops.sort(c), ops.cumsum(c, axis: -1), ops.where(ops.greater(c, 0), c, d),
            ops.oneHot(c, 3), ops.flip(c, axis: 1), c.cast(to: .float32),
        ]
        let batches: [TensorStructure] = [3, 8].map {
            [ONNXModels.ids([$0, 4], 7, dtype), ONNXModels.ids([4, $0], 5, dtype).rows($0)]
        }
        return (try Model(inputs: [a, b], outputs: all), batches)
    }
}

extension Tensor {
    /// The elements in another order: in so many rows.
    fileprivate func rows(_ count: Int) -> Tensor { ops.reshape(self, [count, self.count / max(count, 1)]) }
}
