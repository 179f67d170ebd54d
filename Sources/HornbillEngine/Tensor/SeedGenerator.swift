import Synchronization

/// A source of random streams: each draw takes the next one.
///
/// Its state, (seed, number of draws so far), is a variable: draws in a compiled computation go on where the last run
/// ended, and a checkpoint resumes them.
public final class SeedGenerator: Sendable {
    /// The seed that it started from.
    public let seed: Int
    public let name: String
    private let variable = Mutex<Variable?>(nil)

    /// - Parameter seed: nil takes the next one of the session.
    public init(_ seed: Int? = nil, name: String? = nil) {
        self.seed = seed ?? Session.current.nextSeed()
        self.name = name ?? Session.current.uniqueName("seed_generator")
        Session.current.register(self)
    }

    /// The variable of shape (2,), int64: the seed and the number of draws so far.
    /// - Throws: kind `memory` if there is none left for it.
    public var state: Variable {
        get throws {
            try variable.withLock { variable in
                if let variable { return variable }
                let new = try Variable(Tensor([seed, 0]), name: "seed_generator_state", trainable: false)
                variable = new
                return new
            }
        }
    }

    /// The seed and the number of draws so far.
    package func position() throws -> [Int64] { try state.value.scalars(Int64.self) }

    /// Goes on from another place. Only one that moves is written to: another thread may draw from the others.
    package func move(to position: [Int64]) throws {
        if try self.position() != position { try state.assign(Tensor(position)) }
    }

    /// The next stream: an int64 tensor (seed, draw). Within a trace every run takes the next one.
    public func next() -> Tensor {
        Tensor.deferring {
            let state = try state
            let stream = state.value
            try state.assign(stream + Tensor([0, 1]))
            return stream
        }
    }
}

/// Where random numbers come from: a number gives the same ones at each call, a ``SeedGenerator`` others each time.
public protocol RandomSeed: Sendable {
    /// The stream for one draw: an int64 tensor (seed, draw).
    func nextStream() -> Tensor
}

extension Int: RandomSeed { public func nextStream() -> Tensor { Tensor([self, 0]) } }
extension SeedGenerator: RandomSeed { public func nextStream() -> Tensor { next() } }
