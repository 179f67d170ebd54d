import Foundation
import HornbillEngine

extension Optimizers {
    /// Which optimizer a variable has, by its path: an exact key, or else the one regular expression that matches the
    /// whole path. Follows Keras's `OptimizerMap`.
    ///
    /// ```swift
    /// let map = Optimizers.OptimizerMap(defaultOptimizer: Optimizers.SGD(), ["encoder/.*": Optimizers.Adam()])
    /// ```
    public struct OptimizerMap: Configurable {
        public let defaultOptimizer: Optimizer
        /// In the order in which they were given.
        public private(set) var entries: [(key: String, optimizer: Optimizer)] = []

        public init(
            defaultOptimizer: Optimizer, _ optimizerMap: KeyValuePairs<String, Optimizer> = [:]
        ) {
            self.defaultOptimizer = defaultOptimizer
            entries = optimizerMap.map { (key: $0.key, optimizer: $0.value) }
        }

        /// The optimizer of a variable of this path.
        /// - Throws: kind `argument` if several expressions match.
        public func optimizer(for path: String) throws -> Optimizer {
            if let exact = entries.first(where: { $0.key == path }) { return exact.optimizer }
            let matching = entries.filter {
                path.range(of: "^(?:\($0.key))$", options: .regularExpression) != nil
            }
            guard matching.count <= 1 else {
                throw HornbillError(
                    .argument,
                    "several optimizers are given for the variable '\(path)': those of \(matching.map { "'\($0.key)'" }.joined(separator: ", "))"
                )
            }
            return matching.first?.optimizer ?? defaultOptimizer
        }

        /// Adds an optimizer for the variables whose path is, or matches, `key`.
        /// - Throws: kind `argument` if there is one for this key.
        public mutating func set(_ optimizer: Optimizer, for key: String) throws {
            guard !entries.contains(where: { $0.key == key }) else {
                throw HornbillError(.argument, "the OptimizerMap has an optimizer for '\(key)' already")
            }
            entries.append((key, optimizer))
        }

        public var kerasModule: String? { "keras.optimizers" }
        public var kerasClassName: String { "OptimizerMap" }
        /// Makes the map again from its configuration.
        init(config: ConfigReader) throws {
            defaultOptimizer = try config.optimizer("default_optimizer")
            entries = try config.optimizers("optimizer_map")
        }

        public func getConfig() -> Config {
            [
                "default_optimizer": defaultOptimizer.serialized,
                "optimizer_map": .object(Config(entries.map { ($0.key, $0.optimizer.serialized) })),
            ]
        }
    }

    /// Other optimizers for other variables.
    ///
    /// It has no learning rate of its own: set those of ``optimizers``. State: its own, then that of each optimizer.
    /// Follows Keras's `MultiOptimizer`.
    public final class MultiOptimizer: Optimizer {
        private let map: OptimizerMap?
        private let choose: (Variable) throws -> Optimizer
        /// The optimizers in use, each once.
        public private(set) var optimizers: [Optimizer] = []
        private var homes: [ObjectIdentifier: Optimizer] = [:]

        /// - Parameters:
        ///   - optimizerMap: optimizers by path.
        ///   - lossScaleFactor: what the loss is multiplied by; taken over by all optimizers.
        public init(_ optimizerMap: OptimizerMap, lossScaleFactor: Double? = nil, name: String? = nil) {
            map = optimizerMap
            choose = { try optimizerMap.optimizer(for: $0.path) }
            super.init(learningRate: 0.0, name: name)
            rules.lossScaleFactor = lossScaleFactor
            for optimizer in optimizerMap.entries.map(\.optimizer) + [optimizerMap.defaultOptimizer] { take(optimizer) }
        }

        /// - Parameter choose: gives the optimizer of a variable; the same object for those that share one.
        public init(
            lossScaleFactor: Double? = nil, name: String? = nil, _ choose: @escaping (Variable) throws -> Optimizer
        ) {
            map = nil
            self.choose = choose
            super.init(learningRate: 0.0, name: name)
            rules.lossScaleFactor = lossScaleFactor
        }

        private func take(_ optimizer: Optimizer) {
            guard !optimizers.contains(where: { $0 === optimizer }) else { return }
            optimizer.rules.lossScaleFactor = rules.lossScaleFactor
            optimizers.append(optimizer)
        }

        override public var variables: [Variable] { super.variables + optimizers.flatMap(\.variables) }
        override package var baseVariables: [Variable] { super.baseVariables + optimizers.flatMap(\.baseVariables) }

        /// Not a number: each of ``optimizers`` has its own.
        override public var learningRate: Double {
            get { .nan }
            set {}
        }

        override public func ensureBuilt(_ variables: [Variable]) throws {
            for variable in variables where homes[ObjectIdentifier(variable)] == nil {
                let optimizer = try choose(variable)
                guard !(optimizer is MultiOptimizer), !(optimizer is LossScaleOptimizer) else {
                    throw HornbillError(
                        .argument,
                        "\(optimizer.kerasClassName) cannot be used inside a MultiOptimizer (for the variable '\(variable.path)')"
                    )
                }
                take(optimizer)
                homes[ObjectIdentifier(variable)] = optimizer
            }
            for (optimizer, own) in shares(variables) { try optimizer.ensureBuilt(own.map { variables[$0] }) }
            try super.ensureBuilt(variables)
        }

        /// The optimizers with the places of their variables; those that have none of these are left out.
        private func shares(_ variables: [Variable]) -> [(Optimizer, [Int])] {
            optimizers.compactMap { optimizer in
                let own = variables.indices.filter { homes[ObjectIdentifier(variables[$0])] === optimizer }
                return own.isEmpty ? nil : (optimizer, own)
            }
        }

        override public func apply(
            _ gradients: [Tensor], to variables: [Variable], constraints: [ObjectIdentifier: Constraint] = [:]
        ) throws {
            guard gradients.count == variables.count else {
                throw HornbillError(
                    .argument, "\(gradients.count) gradients were given for \(variables.count) variables")
            }
            if variables.isEmpty { return }
            try ensureBuilt(variables)
            for (optimizer, own) in shares(variables) {
                try optimizer.apply(
                    own.map { gradients[$0] }, to: own.map { variables[$0] }, constraints: constraints)
            }
            try iterations.assignAdd(Tensor(scalar: Int64(1)))
        }

        override public func finalizeVariableValues(_ variables: [Variable]) throws {
            for (optimizer, own) in shares(variables) {
                try optimizer.finalizeVariableValues(own.map { variables[$0] })
            }
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                config.optimizerMap(), lossScaleFactor: config.optionalDouble("loss_scale_factor"), name: config.name)
        }

        override public func getConfig() -> Config {
            [
                "optimizer_map": map?.serialized ?? .null, "loss_scale_factor": ConfigValue(rules.lossScaleFactor),
                "name": .string(displayName),
            ]
        }
    }
}
