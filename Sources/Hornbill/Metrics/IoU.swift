import HornbillEngine

extension Metrics {
    /// The mean over classes of intersection over union: true positives over all that are in targets or outputs.
    /// Classes that occur in neither do not count.
    ///
    /// Targets and outputs hold class numbers, or scores along `axis` where they are not sparse.
    /// Follows Keras's [IoU](https://keras.io/api/metrics/segmentation_metrics/#iou-class).
    public class IoU: Metric {
        public let numClasses: Int
        /// More classes have a table of more places than an int32 counts.
        static let mostClasses = 46_340
        public let targetClassIds: [Int]
        public let ignoreClass: Int?
        public let sparseYTrue: Bool
        public let sparseYPred: Bool
        public let axis: Int
        private lazy var confusion = addWeight(
            name: "total_confusion_matrix", shape: [max(numClasses, 0), max(numClasses, 0)])

        /// - Parameters:
        ///   - targetClassIds: the classes over which the mean is taken.
        ///   - dtype: of the counts; with int32, Keras's default, weights are rounded down.
        ///   - ignoreClass: a class number in the targets that does not count.
        ///   - sparseYTrue: whether targets are class numbers rather than one-hot.
        ///   - sparseYPred: whether outputs are class numbers rather than scores.
        ///   - axis: the axis of the classes where they are not sparse.
        public init(
            numClasses: Int, targetClassIds: [Int], name: String? = nil, dtype: DType = .int32, ignoreClass: Int? = nil,
            sparseYTrue: Bool = true, sparseYPred: Bool = true, axis: Int = -1
        ) {
            self.numClasses = numClasses
            self.targetClassIds = targetClassIds
            self.ignoreClass = ignoreClass
            self.sparseYTrue = sparseYTrue
            self.sparseYPred = sparseYPred
            self.axis = axis
            super.init(name: "", dtype: dtype)
            self.name = name ?? Session.current.uniqueName(snakeCase(kerasClassName))
        }

        override public func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            guard numClasses <= Self.mostClasses else {
                throw HornbillError(
                    .argument, "numClasses must be at most \(Self.mostClasses), not \(numClasses)")
            }
            guard numClasses > 0, let largest = targetClassIds.max(), largest < numClasses,
                targetClassIds.allSatisfy({ $0 >= 0 })
            else {
                throw HornbillError(
                    .argument, "the classes \(targetClassIds) are not all among the \(numClasses) classes")
            }
            func flat(_ x: Tensor, _ sparse: Bool) throws -> Tensor {
                let numbers = try sparse ? x.validated() : ops.argmax(x, axis: axis).validated()
                return ops.reshape(numbers.cast(to: dtype), [numbers.count])
            }
            let (truth, prediction) = (try flat(yTrue, sparseYTrue), try flat(yPred, sparseYPred))
            guard truth.shape == prediction.shape else {
                throw HornbillError(
                    .shape, "targets of shape \(yTrue.shape) do not fit outputs of shape \(yPred.shape)")
            }
            let given = try sampleWeight?.validated().cast(to: dtype) ?? Tensor(repeating: 1, shape: [], dtype: dtype)
            let weights = ops.broadcastTo(given.rank > 1 ? ops.reshape(given, [given.count]) : given, truth.shape)
            // Numbers that are no classes do not count.
            func known(_ x: Tensor) -> Tensor { (x >= 0) .& (x < numClasses) }
            var counts = known(truth) .& known(prediction)
            if let ignoreClass { counts = counts .& (truth .!= ignoreClass) }
            let place = ops.where(counts, truth * numClasses + prediction, 0).cast(to: .int32)
            let sums = ops.segmentSum(ops.where(counts, weights, 0), place, numSegments: numClasses * numClasses)
            try confusion.assignAdd(ops.reshape(sums, [numClasses, numClasses]))
        }

        override public final func result() throws -> Tensor {
            let table = confusion.value
            let hits = ops.diag(table)
            let union = ops.sum(table, axis: 0) + ops.sum(table, axis: 1) - hits
            let chosen = Tensor(targetClassIds.map { Int32(clamping: $0) })
            let denominator = ops.take(union, chosen, axis: 0).cast(to: .float32)
            let intersection = ops.take(hits, chosen, axis: 0).cast(to: .float32)
            let occurs = denominator > 1e-9
            let shares = ops.where(occurs, intersection / (denominator + Losses.epsilon), 0.0)
            return ops.sum(shares) / (ops.sum(occurs.cast(to: .float32)) + Losses.epsilon)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                numClasses: config.int("num_classes"), targetClassIds: config.ints("target_class_ids"),
                name: config.name, dtype: config.elementType("dtype", .int32),
                ignoreClass: config.optionalInt("ignore_class"), sparseYTrue: config.bool("sparse_y_true", true),
                sparseYPred: config.bool("sparse_y_pred", true), axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "num_classes": .int(numClasses), "target_class_ids": ConfigValue(targetClassIds),
                "ignore_class": ConfigValue(ignoreClass), "sparse_y_true": .bool(sparseYTrue),
                "sparse_y_pred": .bool(sparseYPred), "axis": .int(axis),
            ])
        }
    }

    /// Intersection over union of two classes, told apart by a threshold.
    /// Follows Keras's [BinaryIoU](https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class).
    public final class BinaryIoU: IoU {
        public let threshold: Double

        public init(
            targetClassIds: [Int] = [0, 1], threshold: Double = 0.5, name: String? = nil, dtype: DType = .int32
        ) {
            self.threshold = threshold
            super.init(numClasses: 2, targetClassIds: targetClassIds, name: name, dtype: dtype)
        }

        override public func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            try super.updateState(
                yTrue, (yPred.cast(to: .float32) >= threshold).cast(to: dtype), sampleWeight: sampleWeight)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                targetClassIds: config.ints("target_class_ids", [0, 1]), threshold: config.double("threshold", 0.5),
                name: config.name, dtype: config.elementType("dtype", .int32))
        }

        override public func getConfig() -> Config {
            [
                "target_class_ids": ConfigValue(targetClassIds), "threshold": .double(threshold), "name": .string(name),
                "dtype": .string(dtype.rawValue),
            ]
        }
    }

    /// Intersection over union, the mean over all classes.
    /// Follows Keras's [MeanIoU](https://keras.io/api/metrics/segmentation_metrics/#meaniou-class).
    public class MeanIoU: IoU {
        public init(
            numClasses: Int, name: String? = nil, dtype: DType = .int32, ignoreClass: Int? = nil,
            sparseYTrue: Bool = true,
            sparseYPred: Bool = true, axis: Int = -1
        ) {
            super.init(
                numClasses: numClasses, targetClassIds: Array(0..<min(max(numClasses, 0), Self.mostClasses + 1)),
                name: name, dtype: dtype,
                ignoreClass: ignoreClass, sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                numClasses: config.int("num_classes"), name: config.name, dtype: config.elementType("dtype", .int32),
                ignoreClass: config.optionalInt("ignore_class"), sparseYTrue: config.bool("sparse_y_true", true),
                sparseYPred: config.bool("sparse_y_pred", true), axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            [
                "num_classes": .int(numClasses), "name": .string(name), "dtype": .string(dtype.rawValue),
                "ignore_class": ConfigValue(ignoreClass), "sparse_y_true": .bool(sparseYTrue),
                "sparse_y_pred": .bool(sparseYPred), "axis": .int(axis),
            ]
        }
    }

    /// Intersection over union for one-hot targets.
    /// Follows Keras's [OneHotIoU](https://keras.io/api/metrics/segmentation_metrics/#onehotiou-class).
    public final class OneHotIoU: IoU {
        public init(
            numClasses: Int, targetClassIds: [Int], name: String? = nil, dtype: DType = .int32, ignoreClass: Int? = nil,
            sparseYPred: Bool = false, axis: Int = -1
        ) {
            super.init(
                numClasses: numClasses, targetClassIds: targetClassIds, name: name, dtype: dtype,
                ignoreClass: ignoreClass,
                sparseYTrue: false, sparseYPred: sparseYPred, axis: axis)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                numClasses: config.int("num_classes"), targetClassIds: config.ints("target_class_ids"),
                name: config.name, dtype: config.elementType("dtype", .int32),
                ignoreClass: config.optionalInt("ignore_class"), sparseYPred: config.bool("sparse_y_pred", false),
                axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            [
                "num_classes": .int(numClasses), "target_class_ids": ConfigValue(targetClassIds), "name": .string(name),
                "dtype": .string(dtype.rawValue), "ignore_class": ConfigValue(ignoreClass),
                "sparse_y_pred": .bool(sparseYPred), "axis": .int(axis),
            ]
        }
    }

    /// Intersection over union for one-hot targets, the mean over all classes.
    /// Follows Keras's [OneHotMeanIoU](https://keras.io/api/metrics/segmentation_metrics/#onehotmeaniou-class).
    public final class OneHotMeanIoU: MeanIoU {
        public init(
            numClasses: Int, name: String? = nil, dtype: DType = .int32, ignoreClass: Int? = nil,
            sparseYPred: Bool = false,
            axis: Int = -1
        ) {
            super.init(
                numClasses: numClasses, name: name, dtype: dtype, ignoreClass: ignoreClass, sparseYTrue: false,
                sparseYPred: sparseYPred, axis: axis)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                numClasses: config.int("num_classes"), name: config.name, dtype: config.elementType("dtype", .int32),
                ignoreClass: config.optionalInt("ignore_class"), sparseYPred: config.bool("sparse_y_pred", false),
                axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            [
                "num_classes": .int(numClasses), "name": .string(name), "dtype": .string(dtype.rawValue),
                "ignore_class": ConfigValue(ignoreClass), "sparse_y_pred": .bool(sparseYPred), "axis": .int(axis),
            ]
        }
    }
}
