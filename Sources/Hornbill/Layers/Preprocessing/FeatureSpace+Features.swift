import HornbillEngine

extension FeatureSpace {
    /// What a feature comes out as.
    public enum FeatureOutput: String, Sendable, CaseIterable {
        case int
        case oneHot = "one_hot"
        case float
    }

    /// The kind of a column: `.floatNormalized()`, or by Keras's name, `"float_normalized"`.
    public struct Feature: ExpressibleByStringLiteral {
        private let resolve: (_ key: String, Defaults) throws -> ResolvedFeature

        private init(_ resolve: @escaping (String, Defaults) throws -> ResolvedFeature) {
            self.resolve = resolve
        }

        func resolved(_ key: String, _ defaults: Defaults) throws -> ResolvedFeature {
            try resolve(key, defaults)
        }

        /// The kind of this name, with its usual arguments.
        public init(stringLiteral kind: String) { self.init(named: kind) }

        /// The kind of this name, with its usual arguments.
        public init(named kind: String) {
            resolve = { key, defaults in
                let kinds: [String: (Feature)] = [
                    "float": .float(name: key), "float_rescaled": .floatRescaled(name: key),
                    "float_normalized": .floatNormalized(name: key),
                    "float_discretized": .floatDiscretized(numBins: defaults.numDiscretizationBins, name: key),
                    "integer_categorical": .integerCategorical(name: key),
                    "string_categorical": .stringCategorical(name: key),
                    "integer_hashed": .integerHashed(numBins: defaults.hashingDim, name: key),
                    "string_hashed": .stringHashed(numBins: defaults.hashingDim, name: key),
                ]
                return try Lookup.find(kind, in: kinds, "kind of feature").resolve(key, defaults)
            }
        }

        /// A feature as a file has it: an object, or the name of a kind.
        init(_ value: ConfigValue, _ context: LoadingContext) throws {
            if let kind = value.stringValue {
                self.init(named: kind)
                return
            }
            let config = try FeatureSpace.arguments(value, of: "Feature", context)
            self = .feature(
                dtype: try config.elementType("dtype", .float32), preprocessor: try config.layer("preprocessor"),
                outputMode: try config.choice("output_mode", .float))
            try config.finish()
        }

        private init(
            _ kind: String, _ name: String?, _ dtype: DType, _ output: FeatureOutput,
            _ make: @escaping (_ layerName: String) -> Layer
        ) {
            resolve = { _, _ in
                let name = name ?? Session.current.uniqueName(kind)
                return ResolvedFeature(dtype: dtype, preprocessor: make("\(name)_preprocessor"), outputMode: output)
            }
        }

        /// Numbers as they are.
        public static func float(name: String? = nil) -> Feature {
            Feature("float", name, .float32, .float) { Identity(name: $0) }
        }

        /// Numbers times `scale` plus `offset`.
        public static func floatRescaled(scale: Double = 1, offset: Double = 0, name: String? = nil) -> Feature {
            Feature("float_rescaled", name, .float32, .float) {
                Rescaling(scale, offset: offset, name: $0)
            }
        }

        /// Numbers with mean 0 and variance 1.
        public static func floatNormalized(name: String? = nil) -> Feature {
            Feature("float_normalized", name, .float32, .float) { Normalization(axis: -1, name: $0) }
        }

        /// Numbers put into ranges: `numBins` that are learnt, or those between the boundaries.
        public static func floatDiscretized(
            numBins: Int? = nil, binBoundaries: [Double]? = nil, outputMode: FeatureOutput = .oneHot,
            name: String? = nil
        ) -> Feature {
            Feature("float_discretized", name, .float32, outputMode) {
                Discretization(binBoundaries: binBoundaries, numBins: numBins, name: $0)
            }
        }

        /// Integers of a vocabulary that is learnt.
        public static func integerCategorical(
            maxTokens: Int? = nil, numOovIndices: Int = 1, outputMode: FeatureOutput = .oneHot, name: String? = nil
        ) -> Feature {
            Feature("integer_categorical", name, .int32, outputMode) {
                IntegerLookup(maxTokens: maxTokens, numOovIndices: numOovIndices, name: $0)
            }
        }

        /// Strings of a vocabulary that is learnt.
        public static func stringCategorical(
            maxTokens: Int? = nil, numOovIndices: Int = 1, outputMode: FeatureOutput = .oneHot, name: String? = nil
        ) -> Feature {
            Feature("string_categorical", name, .string, outputMode) {
                StringLookup(maxTokens: maxTokens, numOovIndices: numOovIndices, name: $0)
            }
        }

        /// Strings put into bins by a hash.
        public static func stringHashed(
            numBins: Int, outputMode: FeatureOutput = .oneHot, name: String? = nil
        ) -> Feature {
            Feature("string_hashed", name, .string, outputMode) { Hashing(numBins: numBins, name: $0) }
        }

        /// Integers put into bins by a hash.
        public static func integerHashed(
            numBins: Int, outputMode: FeatureOutput = .oneHot, name: String? = nil
        ) -> Feature {
            Feature("integer_hashed", name, .int32, outputMode) { Hashing(numBins: numBins, name: $0) }
        }

        /// A column of `dtype` that a layer of your own preprocesses.
        public static func feature(dtype: DType, preprocessor: Layer, outputMode: FeatureOutput) -> Feature {
            Feature { _, _ in ResolvedFeature(dtype: dtype, preprocessor: preprocessor, outputMode: outputMode) }
        }
    }

    /// The arguments of a `Feature` or `Cross` in a file.
    fileprivate static func arguments(
        _ value: ConfigValue, of className: String, _ context: LoadingContext
    ) throws -> ConfigReader {
        guard let object = value.objectValue, object["class_name"]?.stringValue == className,
            let config = object["config"]?.objectValue
        else { throw HornbillError(.argument, "a \(className) was expected, not \(value.summary)") }
        return ConfigReader(config, className: className, context: context)
    }

    /// A feature with its layer.
    struct ResolvedFeature {
        let dtype: DType
        let preprocessor: Layer
        let outputMode: FeatureOutput

        var config: Config {
            [
                "module": "keras.src.layers.preprocessing.feature_space", "class_name": "Feature",
                "config": .object([
                    "dtype": .string(dtype.rawValue), "preprocessor": preprocessor.serialized,
                    "output_mode": .string(outputMode.rawValue),
                ]), "registered_name": "Feature",
            ]
        }
    }

    /// Features that are encoded together: `["city", "rooms"]`.
    public struct Cross: Sendable, ExpressibleByArrayLiteral {
        public let featureNames: [String]
        /// The size of the encoding; that of the feature space if nil.
        public let crossingDim: Int?
        public let outputMode: FeatureOutput

        public init(_ featureNames: [String], crossingDim: Int? = nil, outputMode: FeatureOutput = .oneHot) {
            self.featureNames = featureNames
            self.crossingDim = crossingDim
            self.outputMode = outputMode
        }

        public init(arrayLiteral elements: String...) { self.init(elements) }

        /// A cross as a file has it.
        init(_ value: ConfigValue, _ context: LoadingContext) throws {
            if let names = value.stringList {
                self.init(names)
                return
            }
            let config = try FeatureSpace.arguments(value, of: "Cross", context)
            self.init(
                try config.strings("feature_names"), crossingDim: try config.optionalInt("crossing_dim"),
                outputMode: try config.choice("output_mode", .oneHot))
            config.ignore("name")
            try config.finish()
        }

        /// Features encoded together into `crossingDim` bins.
        public static func cross(
            _ featureNames: [String], crossingDim: Int, outputMode: FeatureOutput = .oneHot
        ) -> Cross {
            Cross(featureNames, crossingDim: crossingDim, outputMode: outputMode)
        }

        /// The name under which it comes out.
        public var name: String { featureNames.joined(separator: "_X_") }

        func config(_ defaults: Defaults) -> Config {
            [
                "module": "keras.src.layers.preprocessing.feature_space", "class_name": "Cross",
                "config": .object([
                    "feature_names": .list(featureNames.map(ConfigValue.string)),
                    "crossing_dim": .int(crossingDim ?? defaults.crossingDim),
                    "output_mode": .string(outputMode.rawValue),
                ]), "registered_name": "Cross",
            ]
        }
    }
}
