import HornbillEngine

/// Cuts a source into epochs: whole passes, or a fixed number of steps that go on where the last epoch stopped.
struct EpochFeeder {
    private let source: BatchSource
    private let stepsPerEpoch: Int?
    private var step = 0
    private var pass = 0
    /// Batches taken in this pass.
    private var taken = 0
    private var started = false
    /// Whether the data ended before the steps of this epoch were done.
    private(set) var ranOut = false

    init(_ source: BatchSource, stepsPerEpoch: Int?) {
        self.source = source
        self.stepsPerEpoch = stepsPerEpoch
    }

    /// Steps an epoch, if known.
    var stepCount: Int? { stepsPerEpoch ?? source.batchCount }

    mutating func begin(epoch: Int) throws {
        step = 0
        ranOut = false
        if stepsPerEpoch == nil || !started {
            pass = epoch
            try beginPass()
        }
        started = true
    }

    private mutating func beginPass() throws {
        taken = 0
        try source.begin(epoch: pass)
    }

    mutating func next() throws -> Batch? {
        guard let stepsPerEpoch else { return try take() }
        guard step < stepsPerEpoch else { return nil }
        var batch = try take()
        if batch == nil {
            // The pass ended with the last epoch, or ends within this one.
            pass += 1
            try beginPass()
            guard step == 0 else {
                ranOut = true
                return nil
            }
            batch = try take()
        }
        step += 1
        return batch
    }

    private mutating func take() throws -> Batch? {
        guard let batch = try source.next() else { return nil }
        taken += 1
        return batch
    }

    // MARK: Resuming

    /// Where in the data a run is.
    struct Position: Hashable {
        /// The pass through the data; nil before the first.
        var pass: Int?
        /// The batches of the pass that have been taken.
        var taken = 0
        var origin = BatchOrigin()
    }

    var position: Position {
        Position(pass: started ? pass : nil, taken: taken, origin: source.origin)
    }

    /// Goes on from a place that a run has been at.
    /// - Parameters:
    ///   - step: the batches of the epoch that have been taken.
    ///   - startsEpoch: whether ``begin(epoch:)`` comes next.
    /// - Returns: whether batches were taken once more, and with them what is drawn as they are made.
    mutating func resume(_ position: Position, step: Int, startsEpoch: Bool) throws -> Bool {
        started = position.pass != nil
        pass = position.pass ?? 0
        taken = position.taken
        self.step = step
        ranOut = false
        let goesOn = started && !(startsEpoch && stepsPerEpoch == nil)
        try source.resume(position.origin, at: goesOn ? (epoch: pass, batches: taken) : nil)
        return goesOn
    }

    /// A batch to look at, before any is taken. Nothing goes on in the background when it is there, which would draw random
    /// numbers of the run that is resumed then.
    func peek() throws -> Batch? {
        try Dataset.withoutPrefetching {
            try source.begin(epoch: pass)
            return try source.next()
        }
    }
}
