import HornbillEngine

/// An optimizer: a function of (parameter, gradient, slots, step), written with operations, so that it becomes part of
/// the compiled training step. Inherit from it, make slots in ``build(_:)``, and override
/// ``update(_:_:learningRate:)``; or ``update(_:_:learningRate:scalars:)`` where all variables share numbers of the
/// step.
///
/// ```swift
/// final class SignDescent: Optimizer {
///     override func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
///         try variable.assignSubtract(learningRate * ops.sign(gradient))
///     }
/// }
/// ```
/// Follows Keras's [optimizers](https://keras.io/api/optimizers/).
open class Optimizer: OptimizerConvertible, Configurable {
    public let name: String
    /// How many steps were made: an int64 scalar.
    public var iterations: Variable { ownIterations }
    private let ownIterations: Variable
    private let rate: Variable
    /// The learning rate as a function of the step, if it is one.
    public let schedule: (any LearningRateSchedule)?
    /// Whether the slots are made.
    public private(set) var built = false
    private var slots: [String: [ObjectIdentifier: Variable]] = [:]
    private var slotOrder: [Variable] = []
    /// The variables that have their slots.
    private var known: Set<ObjectIdentifier> = []
    /// What happens to gradients and weights around the update.
    public internal(set) var rules: UpdateRules
    var undecayed: Set<ObjectIdentifier> = []
    var undecayedNames: [String] = []

    /// - Parameters:
    ///   - learningRate: a number, or a schedule of the step.
    ///   - rules: what happens to gradients and weights around the update: decay, clipping, averages.
    public init(
        learningRate: any LearningRateConvertible = 0.001, name: String? = nil, rules: UpdateRules = UpdateRules()
    ) {
        self.rules = rules
        let schedule = learningRate.asSchedule
        self.schedule = schedule
        ownIterations = Variable.scalar(0, dtype: .int64, name: "iteration")
        rate = Variable.scalar(schedule == nil ? learningRate.initialValue : 0, dtype: .float32, name: "learning_rate")
        self.name = name ?? ""
        if name == nil { automaticName = snakeCase(String(describing: type(of: self))) }
        for variable in [ownIterations, rate] { variable.path = "\(displayName)/\(variable.name)" }
    }

    /// Makes the optimizer again from its configuration. A subclass reads its own arguments, then calls this.
    public init(config: ConfigReader) throws {
        let learningRate = try config.learningRate("learning_rate", 0.001)
        rules = try UpdateRules(config)
        schedule = learningRate.asSchedule
        ownIterations = Variable.scalar(0, dtype: .int64, name: "iteration")
        rate = Variable.scalar(learningRate.initialValue, dtype: .float32, name: "learning_rate")
        let name = try config.name
        self.name = name ?? ""
        if name == nil { automaticName = snakeCase(String(describing: type(of: self))) }
        for variable in [ownIterations, rate] { variable.path = "\(displayName)/\(variable.name)" }
    }

    private var automaticName: String?
    public var displayName: String { automaticName ?? name }

    open var kerasModule: String? { builtInModule("keras.optimizers", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config {
        Config([
            ("name", .string(displayName)),
            ("learning_rate", schedule?.serialized ?? .double((try? rate.value.item()) ?? 0)),
        ]).merging(rules.config)
    }

    // MARK: To override

    /// Makes the slots.
    open func build(_ variables: [Variable]) throws {}

    /// Changes one variable (and its slots) by its gradient.
    open func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
        throw HornbillError(.state, "\(kerasClassName) does not override update(_:_:learningRate:)")
    }

    /// Called once a step, before the first update.
    open func beginStep() throws {}

    /// Numbers of the step that all updates share, as bias corrections: computed once a step for each dtype.
    /// - Parameters:
    ///   - step: the number of this update, from 1, as a scalar of the dtype.
    ///   - learningRate: the rate of this step as a scalar of the dtype.
    open func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] { [] }

    /// Changes one variable (and its slots) by its gradient; by default as ``update(_:_:learningRate:)`` does.
    /// - Parameter scalars: what ``scalars(step:learningRate:)`` gave.
    open func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]) throws {
        try update(variable, gradient, learningRate: learningRate)
    }

    /// The share of the learning rate by which a variable decays; nil if it does not.
    open func weightDecay(of variable: Variable) -> Double? { decays(variable) ? rules.weightDecay : nil }

    // MARK: Slots

    /// Adds a slot for each variable: state of its shape.
    public func addSlot(_ slot: String, for variables: [Variable], initial: Double = 0) throws {
        try addSlots([slot], for: variables, initial: [initial])
    }

    /// Adds several slots for each variable: all of the first variable, then all of the second, as Keras's files hold
    /// them.
    /// - Parameter initial: what each begins with; zeros if it is left out.
    public func addSlots(_ names: [String], for variables: [Variable], initial: [Double] = []) throws {
        for variable in variables {
            for (index, slot) in names.enumerated() {
                let start = initial.indices.contains(index) ? initial[index] : 0
                try addSlot(slot, of: variable, Tensor(repeating: start, shape: variable.shape, dtype: variable.dtype))
            }
        }
    }

    /// Adds a slot of one variable that begins with `initial`, whatever its shape.
    public func addSlot(_ slot: String, of variable: Variable, _ initial: Tensor) throws {
        let reference = variable.path.split(separator: "/").joined(separator: "_")
        let state = try Variable(initial, name: "\(reference)_\(slot)", trainable: false)
        state.path = "\(displayName)/\(state.name)"
        slots[slot, default: [:]][ObjectIdentifier(variable)] = state
        slotOrder.append(state)
    }

    /// Adds a scalar of the optimizer's own; one of this name is not made twice.
    public func addScalar(_ name: String, initial: Double) throws -> Variable {
        if let known = slotOrder.first(where: { $0.name == name && $0.shape == [] }) { return known }
        let state = try Variable(Tensor(repeating: initial, shape: []), name: name, trainable: false)
        state.path = "\(displayName)/\(name)"
        slotOrder.append(state)
        return state
    }

    /// A variable's slot.
    /// - Throws: kind `state` if the optimizer was built for other variables.
    public func slot(_ slot: String, of variable: Variable) throws -> Variable {
        guard let state = slots[slot]?[ObjectIdentifier(variable)] else {
            throw HornbillError(
                .state,
                "the optimizer \(displayName) has no \(slot) for the variable '\(variable.path)': it was built for other variables"
            )
        }
        return state
    }

    /// All state, in the order in which Keras's files hold it.
    public var variables: [Variable] { ownBase + slotOrder }

    /// The variables that are there before the first step.
    package var baseVariables: [Variable] { ownBase }
    private var ownBase: [Variable] { [ownIterations] + (schedule == nil ? [rate] : []) }

    /// The optimizers inside, with the names of Keras's attributes for them.
    package var innerOptimizers: [(name: String, optimizer: Optimizer)] { [] }

    // MARK: Use

    /// The learning rate now. Setting it takes effect at the next step, without compiling anew; with a schedule it does
    /// nothing.
    public var learningRate: Double {
        get {
            if let schedule { return (try? schedule(iterations.value).item()) ?? .nan }
            return (try? rate.value.item()) ?? .nan
        }
        set { try? rate.assign(Tensor(scalar: Float(newValue))) }
    }

    /// Told after weights have been read from a file that has no slots, since it was saved before the first step.
    package func slotsWereNotRead() throws {}

    /// Makes the slots for those of these variables that have none yet: all at first, later what was frozen before.
    public func ensureBuilt(_ variables: [Variable]) throws {
        let new = variables.filter { !known.contains(ObjectIdentifier($0)) }
        if built, new.isEmpty { return }
        try Trace.$current.withValue(nil) {
            try buildRules(new)
            try build(new)
        }
        known.formUnion(new.map(ObjectIdentifier.init))
        built = true
    }

    /// Updates the variables by their gradients: one step.
    /// - Parameter constraints: what is applied to variables after their updates.
    /// - Throws: kind `argument` or `shape` if numbers or shapes differ, or what a gradient carries.
    public func apply(
        _ gradients: [Tensor], to variables: [Variable], constraints: [ObjectIdentifier: Constraint] = [:]
    ) throws {
        guard gradients.count == variables.count else {
            throw HornbillError(.argument, "\(gradients.count) gradients were given for \(variables.count) variables")
        }
        if variables.isEmpty { return }
        for (gradient, variable) in zip(gradients, variables) where try gradient.validated().shape != variable.shape {
            throw HornbillError(
                .shape,
                "the variable '\(variable.path)' has the shape \(variable.shape), its gradient \(gradient.shape)")
        }
        try ensureBuilt(variables)
        let rate = try schedule?(iterations.value) ?? self.rate.value
        var shared: [DType: (rate: Tensor, scalars: [Tensor])] = [:]
        func numbers(_ dtype: DType) throws -> (rate: Tensor, scalars: [Tensor]) {
            if let known = shared[dtype] { return known }
            let own = rate.cast(to: dtype)
            let numbers = (own, try scalars(step: updates.cast(to: dtype) + 1.0, learningRate: own))
            shared[dtype] = numbers
            return numbers
        }
        try applyRules(gradients, to: variables, learningRate: rate) { gradients in
            try beginStep()
            for (variable, gradient) in zip(variables, gradients) {
                // In 8 or 11 bits 0.999 is 1, and a correction by it nothing: half precision is updated in float32.
                let dtype = variable.dtype.byteCount == 2 ? DType.float32 : variable.dtype
                let (rate, scalars) = try numbers(dtype)
                try update(variable, gradient.cast(to: dtype), learningRate: rate, scalars: scalars)
            }
        }
        for variable in variables {
            if let constraint = constraints[ObjectIdentifier(variable)] {
                try variable.assign(constraint(variable.value))
            }
        }
        try iterations.assignAdd(Tensor(scalar: Int64(1)))
    }

    /// A loss multiplied by the loss scale factor, if there is one: what gradients are taken of.
    public func scaleLoss(_ loss: Tensor) -> Tensor { rules.lossScaleFactor.map { loss * $0 } ?? loss }

    /// Sets the variables to their moving averages, if those are kept: at the end of the training.
    public func finalizeVariableValues(_ variables: [Variable]) throws {
        guard rules.useEMA, built else { return }
        for variable in variables { try variable.assign(slot("average", of: variable).value) }
    }

    public func asOptimizer() throws -> Optimizer { self }
}

/// What can be given as a learning rate: a number or a schedule.
public protocol LearningRateConvertible {
    var initialValue: Double { get }
    var asSchedule: (any LearningRateSchedule)? { get }
}

extension Double: LearningRateConvertible {
    public var initialValue: Double { self }
    public var asSchedule: (any LearningRateSchedule)? { nil }
}

extension Float: LearningRateConvertible {
    public var initialValue: Double { Double(self) }
    public var asSchedule: (any LearningRateSchedule)? { nil }
}

extension Int: LearningRateConvertible {
    public var initialValue: Double { Double(self) }
    public var asSchedule: (any LearningRateSchedule)? { nil }
}

/// The learning rate as a function of the step, written with operations.
public protocol LearningRateSchedule: LearningRateConvertible, Configurable {
    /// The rate (a float32 scalar) at a step (an int64 scalar).
    func callAsFunction(_ step: Tensor) throws -> Tensor
}

extension LearningRateSchedule {
    public var initialValue: Double { 0 }
    public var asSchedule: (any LearningRateSchedule)? { self }
}

/// What can be given as an optimizer: `"rmsprop"`, `.adam(learningRate: 1e-3)`, `Optimizers.SGD(momentum: 0.9)`.
public protocol OptimizerConvertible {
    func asOptimizer() throws -> Optimizer
}

extension String: OptimizerConvertible {
    public func asOptimizer() throws -> Optimizer { try Lookup.find(self, in: Optimizers.known, "optimizer")() }
}

/// Keras's optimizers.
public enum Optimizers {}
