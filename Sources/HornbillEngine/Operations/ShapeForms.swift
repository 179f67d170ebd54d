// The public forms of the functions that move elements.

extension ops {
    /// The same elements, in row-major order, under another shape, of whose sizes one may be −1: what is left.
    public static func reshape<T: TensorLike>(
        _ x: T, _ newShape: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.reshape, x, [.ints(newShape)], file, line)
    }

    /// The same elements, in row-major order, under another shape.
    public static func reshape<T: TensorLike>(
        _ x: T, _ newShape: Shape, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.reshape, x, [.ints(newShape)], file, line)
    }

    /// The axes in another order; reversed by default.
    public static func transpose<T: TensorLike>(
        _ x: T, axes: [Int]? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.transpose, x, [axes.map { .ints($0) } ?? .none], file, line)
    }

    /// Two axes exchanged.
    public static func swapaxes<T: TensorLike>(
        _ x: T, _ axis1: Int, _ axis2: Int, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.swapaxes, x, [.int(axis1), .int(axis2)], file, line)
    }

    /// The axis `source` moved to the position `destination`.
    public static func moveaxis<T: TensorLike>(
        _ x: T, _ source: Int, _ destination: Int, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.moveaxis, x, [.int(source), .int(destination)], file, line)
    }

    /// The axes `source` moved to the positions `destination`, pair by pair.
    public static func moveaxis<T: TensorLike>(
        _ x: T, _ source: [Int], _ destination: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.moveaxis, x, [.ints(source), .ints(destination)], file, line)
    }

    /// New axes of one element at these positions of the result.
    public static func expandDims<T: TensorLike>(
        _ x: T, axis: Axes, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.expandDims, x, [axis.argument], file, line)
    }

    /// Without these axes, which must have one element; by default without all such.
    public static func squeeze<T: TensorLike>(
        _ x: T, axis: Axes = .all, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.squeeze, x, [axis.argument], file, line)
    }

    /// All elements in one axis.
    public static func ravel<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.ravel, x, [], file, line)
    }

    /// Repeated along new axes and along those of one element, to give `shape`.
    public static func broadcastTo<T: TensorLike>(
        _ x: T, _ shape: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.broadcastTo, x, [.ints(shape)], file, line)
    }

    /// Repeated along new axes and along those of one element, to give `shape`.
    public static func broadcastTo<T: TensorLike>(
        _ x: T, _ shape: Shape, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.broadcastTo, x, [.ints(shape)], file, line)
    }

    /// In reverse order along axes.
    public static func flip<T: TensorLike>(
        _ x: T, axis: Axes = .all, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.flip, x, [axis.argument], file, line)
    }

    /// Moved on by `shift` places along axes, or in the flattened tensor; what leaves at the end comes in at the front.
    public static func roll<T: TensorLike>(
        _ x: T, _ shift: Int, axis: Axes = .all, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.roll, x, [.int(shift), axis.argument], file, line)
    }

    /// Moved on along each axis by its shift.
    public static func roll<T: TensorLike>(
        _ x: T, _ shift: [Int], axis: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.roll, x, [.ints(shift), .ints(axis)], file, line)
    }

    /// `shape` elements of each axis from `startIndices` on.
    public static func slice<T: TensorLike>(
        _ inputs: T, _ startIndices: [Int], _ shape: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.slice, inputs, [.ints(startIndices), .ints(shape)], file, line)
    }

    /// `inputs` with `updates` in place of its elements from `startIndices` on.
    public static func sliceUpdate<T: TensorLike>(
        _ inputs: T, _ startIndices: [Int], _ updates: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.sliceUpdate, [inputs, updates], [.tensor(0), .ints(startIndices), .tensor(1)], file, line)
    }
}
