import HornbillEngine

extension datasets {
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 506 suburbs of Boston, 13 figures each, and the price of their houses in 1,000 dollars (Harrison and Rubinfeld,
    /// 1978).
    ///
    /// One of the figures rests on a racist assumption of its authors; Keras keeps the data set for tests only.
    public enum bostonHousing {
        /// - Parameters:
        ///   - path: the file's name in the cache, or a path of your own.
        ///   - testSplit: the share of the samples, the last after shuffling, that are for testing.
        ///   - seed: of the shuffling, whose order is that of Keras.
        /// - Returns: float64, `(n, 13)` and `(n,)`.
        /// - Throws: kind `file` for a file that is missing or damaged, `argument` for a split outside of 0 ..< 1.
        public static func loadData(path: String = "boston_housing.npz", testSplit: Double = 0.2, seed: Int = 113)
            throws
            -> Arrays
        {
            let path = try KerasCache.file(path, origin: KerasCache.google + "boston_housing.npz")
            return try split(path, rows: nil, testSplit, seed)
        }
    }

    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 20,640 districts of California, 8 figures each, and the price of their houses in dollars (Pace and Barry, 1997).
    public enum californiaHousing {
        /// All districts, or the first 600.
        public enum Version: String, Sendable, Hashable, CaseIterable { case large, small }

        /// - Parameters: as for ``bostonHousing``.
        /// - Returns: `(n, 8)` and `(n,)`, float32.
        public static func loadData(
            version: Version = .large, path: String = "california_housing.npz", testSplit: Double = 0.2,
            seed: Int = 113
        ) throws -> Arrays {
            let path = try KerasCache.file(path, origin: KerasCache.google + "california_housing.npz")
            return try split(path, rows: version == .small ? 600 : nil, testSplit, seed)
        }
    }

    /// The arrays x and y, shuffled and cut in two.
    private static func split(_ path: String, rows: Int?, _ testSplit: Double, _ seed: Int) throws -> Arrays {
        guard testSplit >= 0, testSplit < 1 else {
            throw HornbillError(.argument, "testSplit must be from 0 to below 1, not \(testSplit)")
        }
        let arrays = try KerasCache.arrays(path, ["x", "y"])
        let count = arrays[0].rank > 0 ? arrays[0].shape[0] : 0
        try KerasCache.check(path, count, arrays[1])
        var generator = try MersenneTwister(numPySeed: seed)
        let order = generator.numPyOrder(rows.map { min($0, count) } ?? count)
        let cut = Int(Double(order.count) * (1 - testSplit))
        let sides = try [order[..<cut], order[cut...]].map { side in
            let indices = Tensor(Array(side))
            return (
                x: try ops.take(arrays[0], indices, axis: 0).validated(),
                y: try ops.take(arrays[1], indices, axis: 0).validated()
            )
        }
        return (sides[0], sides[1])
    }
}
