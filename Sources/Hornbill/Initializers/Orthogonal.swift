import Foundation
import HornbillEngine

extension Initializers {
    /// A random matrix whose rows or columns, whichever are fewer, are orthogonal and of length `gain` (Saxe et al.,
    /// 2014). All axes but the last are taken together.
    /// Follows Keras's [Orthogonal](https://keras.io/api/layers/initializers/#orthogonal-class).
    public final class Orthogonal: RandomInitializer {
        public let gain: Double

        public init(gain: Double = 1, seed: Int? = nil) {
            self.gain = gain
            super.init(seed: seed)
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            guard shape.rank >= 2, let columns = shape.last else {
                throw HornbillError(
                    .shape, "the orthogonal initializer needs at least two axes, not the shape \(shape)")
            }
            let rows = shape.dropLast().reduce(1, *)
            let (long, short) = (max(rows, columns), min(rows, columns))
            let drawn = try random.normal([short, long], seed: stream).validated()
            // Block by block: what a block shares with the rows before it is taken away in products of matrices (twice,
            // against rounding), what its rows share with each other one by one.
            var basis: Tensor?
            for start in stride(from: 0, to: short, by: Self.blockSize) {
                var block = try drawn.slice(axis: 0, start..<min(start + Self.blockSize, short))
                for _ in 0..<2 {
                    if let basis { block = block - ops.matmul(ops.matmul(block, ops.transpose(basis)), basis) }
                }
                let unit = try Self.orthonormalRows(block.doubles(), length: long)
                let done = Tensor(unit, shape: block.shape).cast(to: .float32)
                basis = basis.map { ops.concatenate([$0, done], axis: 0) } ?? done
            }
            let matrix = (basis ?? drawn) * gain
            return try ops.reshape(rows < columns ? matrix : ops.transpose(matrix), shape).cast(to: dtype).validated()
        }

        private static var blockSize: Int { 32 }

        public convenience init(config: ConfigReader) throws {
            try self.init(gain: config.double("gain", 1), seed: config.seed)
        }

        override public func getConfig() -> Config { super.getConfig().merging(["gain": .double(gain)]) }

        /// Gram and Schmidt's method, each row made orthogonal twice. It is the QR decomposition with a positive
        /// diagonal, which makes the result uniform among all such matrices.
        private static func orthonormalRows(_ values: [Double], length: Int) throws -> [Double] {
            var result = values
            try result.withUnsafeMutableBufferPointer { rows in
                for i in 0..<(length == 0 ? 0 : rows.count / length) {
                    for j in Array(0..<i) + Array(0..<i) {
                        var dot = 0.0
                        for k in 0..<length { dot += rows[i * length + k] * rows[j * length + k] }
                        for k in 0..<length { rows[i * length + k] -= dot * rows[j * length + k] }
                    }
                    var square = 0.0
                    for k in 0..<length { square += rows[i * length + k] * rows[i * length + k] }
                    guard square > 0, square.isFinite else {
                        throw HornbillError(.numeric, "the random rows of an orthogonal matrix depend on each other")
                    }
                    let scale = 1 / square.squareRoot()
                    for k in 0..<length { rows[i * length + k] *= scale }
                }
            }
            return result
        }
    }
}

extension InitializerConvertible where Self == Initializers.Orthogonal {
    /// A random matrix with orthogonal rows or columns of length `gain`.
    public static func orthogonal(gain: Double = 1, seed: Int? = nil) -> Self { Self(gain: gain, seed: seed) }
}
