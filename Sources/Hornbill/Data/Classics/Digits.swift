import Foundation
import HornbillEngine

extension datasets {
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 60,000 + 10,000 handwritten digits, 28 × 28, uint8 (LeCun et al., 1998).
    public enum mnist {
        /// - Parameter path: the file's name in the cache, or a path of your own.
        /// - Returns: images `(n, 28, 28)` and labels `(n,)`, uint8.
        /// - Throws: kind `file` for a file that is missing or damaged.
        public static func loadData(path: String = "mnist.npz") throws -> Arrays {
            let path = try KerasCache.file(path, origin: KerasCache.google + "mnist.npz")
            let arrays = try KerasCache.arrays(path, ["x_train", "y_train", "x_test", "y_test"])
            for (x, y) in [(arrays[0], arrays[1]), (arrays[2], arrays[3])] {
                try KerasCache.check(path, x.rank > 0 ? x.shape[0] : 0, y)
            }
            return ((arrays[0], arrays[1]), (arrays[2], arrays[3]))
        }
    }

    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 60,000 + 10,000 pieces of clothing in ten classes, 28 × 28, uint8 (Xiao et al., 2017).
    public enum fashionMnist {
        /// - Parameter path: a folder with the four files; that of the cache if nil.
        /// - Returns: images `(n, 28, 28)` and labels `(n,)`, uint8.
        /// - Throws: kind `file` for a file that is missing or damaged.
        public static func loadData(path: String? = nil) throws -> Arrays {
            func read(_ name: String, axes: Int) throws -> Tensor {
                let name = "\(name)-idx\(axes)-ubyte.gz"
                let place = path.map { ($0 as NSString).expandingTildeInPath + "/" + name } ?? name
                let file = try KerasCache.file(
                    place, folder: "datasets/fashion-mnist", origin: KerasCache.google + name)
                return try idx(file, axes: axes)
            }
            func pair(_ name: String) throws -> (x: Tensor, y: Tensor) {
                let (x, y) = (try read("\(name)-images", axes: 3), try read("\(name)-labels", axes: 1))
                try KerasCache.check("\(name)-labels-idx1-ubyte.gz", x.shape[0], y)
                return (x, y)
            }
            return (try pair("train"), try pair("t10k"))
        }

        /// The format of MNIST's own files: two zeros, the type 8 (bytes), the number of axes, sizes in big-endian
        /// order, the bytes.
        private static func idx(_ path: String, axes: Int) throws -> Tensor {
            let bytes = try ByteSource(path: path).readAll(limit: 1 << 30)
            func invalid(_ reason: String) -> HornbillError {
                HornbillError(.file, "'\(path)' is no idx file: \(reason)")
            }
            let headerBytes = 4 + 4 * axes
            guard bytes.count >= headerBytes else { throw invalid("it has \(bytes.count) bytes") }
            guard bytes.starts(with: [0, 0, 8, UInt8(axes)]) else {
                throw invalid("it does not begin with the sign of bytes along \(axes) axes")
            }
            let sizes = (0..<axes).map { axis in
                bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
            }
            let shape = try Shape(sizes).validated()
            guard shape.count == bytes.count - headerBytes else {
                throw invalid("its shape \(shape) does not fit the \(bytes.count - headerBytes) bytes that follow")
            }
            return try Tensor(Array(bytes[headerBytes...]), shape: shape).validated()
        }
    }
}
