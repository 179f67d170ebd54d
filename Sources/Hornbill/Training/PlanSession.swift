import HornbillEngine

/// A plan with the memory that it runs on bound ahead, so that a step of the training loop is one call.
final class PlanSession {
    let plan: Plan
    private let inputs: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let outputs: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let inputCount: Int

    init(_ plan: Plan) throws {
        self.plan = plan
        inputCount = plan.inputTypes.count
        inputs = .allocate(capacity: max(inputCount, 1))
        outputs = .allocate(capacity: max(plan.outputTypes.count, 1))
        // Every place is bound before a run; until then it refers to memory that exists.
        inputs.initialize(repeating: UnsafeMutableRawPointer(inputs), count: max(inputCount, 1))
        outputs.initialize(repeating: UnsafeMutableRawPointer(outputs), count: max(plan.outputTypes.count, 1))
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
    }

    /// Binds an argument; the memory is only read, and must live until it is bound anew.
    func bind(input: Int, _ pointer: UnsafeRawPointer) { inputs[input] = UnsafeMutableRawPointer(mutating: pointer) }
    func bind(output: Int, _ pointer: UnsafeMutableRawPointer) { outputs[output] = pointer }

    /// Runs on what is bound.
    /// - Throws: what a step throws; every variable is then as it was.
    func run() throws { try plan.run(inputs: inputs, outputs: outputs) }
}
