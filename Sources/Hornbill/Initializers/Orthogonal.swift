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
            let drawn = try random.normal([short, long], seed: stream).doubles()
            let basis = try Self.orthonormalRows(drawn, count: short, length: long)
            let matrix = Tensor(basis.map { $0 * gain }, shape: [short, long])
            let oriented = rows < columns ? matrix : ops.transpose(matrix)
            return try ops.reshape(oriented, shape).cast(to: dtype).validated()
        }

        override public func getConfig() -> Config { super.getConfig().merging(["gain": .double(gain)]) }

        /// Gram and Schmidt's method, each row made orthogonal twice against rounding. It is the QR decomposition with
        /// a positive diagonal, which makes the result uniform among all such matrices.
        private static func orthonormalRows(_ values: [Double], count: Int, length: Int) throws -> [Double] {
            var result = values
            try result.withUnsafeMutableBufferPointer { rows in
                for i in 0..<count {
                    for _ in 0..<2 {
                        for j in 0..<i {
                            var dot = 0.0
                            for k in 0..<length { dot += rows[i * length + k] * rows[j * length + k] }
                            for k in 0..<length { rows[i * length + k] -= dot * rows[j * length + k] }
                        }
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
