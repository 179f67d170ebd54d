import Synchronization

/// What would otherwise be global: the seed, the counters behind automatic names, the default dtype policy.
///
/// There is one for the process; a test, or a program that makes models side by side, runs in one of its own:
///
/// ```swift
/// Session.withNew(seed: 1) {
///     let model = Sequential([Dense(1)])   // its layer is called `dense`, whatever was made before
/// }
/// ```
public final class Session: Sendable {
    @TaskLocal private static var local: Session?
    private static let process = Session()

    /// The session of this task; the process's where there is no other.
    public static var current: Session { local ?? process }

    private struct State {
        var seed: Int?
        var drawn: UInt64 = 0
        var names: [String: Int] = [:]
        var generator: SeedGenerator?
        var dtypePolicy = DTypePolicy.float32
        var made = 0
        var generators: [MadeGenerator] = []
    }

    /// A seed generator that may be gone, and the how-manieth it was.
    private struct MadeGenerator {
        let number: Int
        weak var generator: SeedGenerator?
    }

    private let state: Mutex<State>

    /// A session with its own names and seed.
    /// - Parameter seed: what all its random numbers come from; nil draws one from the system when it is first needed.
    public init(seed: Int? = nil) { state = Mutex(State(seed: seed)) }

    /// Runs `body` in a new session.
    public static func withNew<Result>(seed: Int? = nil, _ body: () throws -> Result) rethrows -> Result {
        try $local.withValue(Session(seed: seed), operation: body)
    }

    /// Runs `body` in a new session.
    public static func withNew<Result>(
        seed: Int? = nil, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $local.withValue(Session(seed: seed), operation: body)
    }

    /// Runs `body` in this session: for threads that do work for the task that holds it.
    public func callAsCurrent<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Self.$local.withValue(self, operation: body)
    }

    // MARK: Names

    /// `base` the first time, then `base_1`, `base_2`, …: Keras's automatic names.
    public func uniqueName(_ base: String) -> String {
        state.withLock { state in
            let count = state.names[base] ?? 0
            state.names[base] = count + 1
            return count == 0 ? base : "\(base)_\(count)"
        }
    }

    /// Makes automatic names begin anew.
    public func resetNames() { state.withLock { $0.names = [:] } }

    // MARK: Dtypes

    /// In which types layers made from now on compute and keep their weights, where they are given none.
    public var dtypePolicy: DTypePolicy {
        get { state.withLock { $0.dtypePolicy } }
        set { state.withLock { $0.dtypePolicy = newValue } }
    }

    // MARK: Seeds

    /// The seed that was set; nil if none was.
    public var seed: Int? { state.withLock { $0.seed } }

    /// Makes everything that is drawn from now on follow from `seed`.
    public func setRandomSeed(_ seed: Int) {
        state.withLock {
            $0.seed = seed
            $0.drawn = 0
            $0.generator = nil
        }
    }

    /// A seed for something that draws random numbers (an initializer, a dropout layer) and was given none: 1 … 10⁹, as
    /// Keras's. The session's seed determines the sequence of these.
    public func nextSeed() -> Int {
        state.withLock { state in
            let seed = state.seed ?? Int.random(in: 1...1_000_000_000)
            state.seed = seed
            state.drawn += 1
            return Int(Self.mixed(UInt64(bitPattern: Int64(seed)), state.drawn) % 1_000_000_000) + 1
        }
    }

    /// What functions of ``random`` draw from that are given no seed.
    public var seedGenerator: SeedGenerator {
        if let known = state.withLock({ $0.generator }) { return known }
        let new = SeedGenerator(nextSeed(), name: "global_seed_generator")
        return state.withLock { state in
            let generator = state.generator ?? new
            state.generator = generator
            return generator
        }
    }

    // MARK: State

    func register(_ generator: SeedGenerator) {
        state.withLock { state in
            // Those that are gone are dropped each time that their number may have doubled.
            if state.generators.count == state.generators.capacity {
                state.generators.removeAll { $0.generator == nil }
            }
            state.generators.append(MadeGenerator(number: state.made, generator: generator))
            state.made += 1
        }
    }

    /// The seed generators that are alive, by how many the session had made before: a program that is run again makes
    /// the same ones in the same order.
    package var seedGenerators: [Int: SeedGenerator] {
        state.withLock { state in
            state.generators.reduce(into: [:]) { found, each in found[each.number] = each.generator }
        }
    }

    /// Lets these generators go on from other places; those that are not there any more are passed over.
    package func move(generators positions: [Int: [Int64]]) throws {
        let known = seedGenerators
        for (number, position) in positions { try known[number]?.move(to: position) }
    }

    /// SplitMix64 (Steele et al., 2014): neighbouring seeds and counts give unrelated numbers.
    private static func mixed(_ seed: UInt64, _ count: UInt64) -> UInt64 {
        func scrambled(_ value: UInt64) -> UInt64 {
            var z = value
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        return scrambled(scrambled(seed &+ 0x9E37_79B9_7F4A_7C15) &+ count &* 0x9E37_79B9_7F4A_7C15)
    }
}

/// Sets the dtypes of layers made from now on in this session (Keras's `config.set_dtype_policy`).
public func setDTypePolicy(_ policy: DTypePolicy) { Session.current.dtypePolicy = policy }

/// Makes all random numbers drawn from now on in this session follow from `seed` (Keras's `utils.set_random_seed`).
public func setRandomSeed(_ seed: Int) { Session.current.setRandomSeed(seed) }
