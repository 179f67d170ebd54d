import Foundation
import HornbillEngine
import Synchronization

extension Dataset {
    /// Elements changed one by one: samples before ``batch(_:dropRemainder:)``, batches after it.
    public func map(_ transform: @escaping @Sendable (Element) throws -> Element) -> Dataset {
        Dataset(isBatched: isBatched, count: count, isEndless: isEndless) { pass in
            let stream = try makeStream(pass: pass)
            return {
                guard let element = try stream() else { return nil }
                return try Block(transform(element), isBatched: isBatched)
            }
        }
    }

    /// Inputs changed by a layer, such as one that augments images: batches after ``batch(_:dropRemainder:)``, before it
    /// samples.
    /// - Parameters:
    ///   - layer: not to be called elsewhere while the data set is read. Its random numbers go on from pass to pass.
    ///   - training: whether it is called as in training.
    public func map(_ layer: Layer, training: Bool = true) -> Dataset {
        let layer = SharedLayer(layer: layer)
        return map { element in
            var element = element
            element.x = try layer.layer.invoke(element.x, CallArguments(training: training))
            return element
        }
    }

    /// A layer that another thread calls.
    private struct SharedLayer: @unchecked Sendable { let layer: Layer }

    /// Samples in an order drawn from a buffer: each comes from a random place among the next `bufferSize`.
    /// - Parameters:
    ///   - bufferSize: samples held in memory; as many as there are for a perfect shuffle.
    ///   - seed: fixes the order; taken from the session if nil. Each pass has an order of its own.
    public func shuffle(bufferSize: Int, seed: Int? = nil) -> Dataset {
        let order = ShuffleSeed(seed)
        return Dataset(isBatched: isBatched, count: count, isEndless: isEndless) { pass in
            guard bufferSize > 0 else {
                throw HornbillError(.argument, "shuffle needs a buffer of at least 1, not \(bufferSize)")
            }
            let stream = try makeStream(pass: pass)
            var generator = try order.generator(pass: pass)
            var buffer: [Element] = []
            var isExhausted = false
            return {
                while !isExhausted, buffer.count < bufferSize {
                    if let element = try stream() { buffer.append(element) } else { isExhausted = true }
                }
                guard !buffer.isEmpty else { return nil }
                let index = try generator.next(below: buffer.count)
                buffer.swapAt(index, buffer.count - 1)
                let element = buffer.removeLast()
                return try Block(element, isBatched: isBatched)
            }
        }
    }

    /// Samples gathered into batches.
    /// - Parameter dropRemainder: whether a smaller last batch is left out.
    public func batch(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        let batches = count.map { size > 0 ? $0 / size + (!dropRemainder && $0 % size > 0 ? 1 : 0) : 0 }
        return Dataset(isBatched: true, count: batches, isEndless: isEndless) { pass in
            guard size > 0 else { throw HornbillError(.argument, "the batch size must be at least 1, not \(size)") }
            guard !isBatched else { throw HornbillError(.argument, "the data set is batched already") }
            let blocks = try makeBlocks(pass)
            var current: Block?
            var used = 0
            return {
                var parts: [Element] = []
                var rows = 0
                while rows < size {
                    if current == nil || used == current?.rows {
                        current = try blocks()
                        used = 0
                    }
                    guard let block = current else { break }
                    let taken = min(size - rows, block.rows - used)
                    parts.append(block.element.map { $0.hostRows(used..<(used + taken)) })
                    used += taken
                    rows += taken
                }
                if rows == 0 || (dropRemainder && rows < size) { return nil }
                return Block(element: try Element.joined(parts), rows: rows)
            }
        }
    }

    /// Passes one after the other: `count` of them, or without end.
    public func `repeat`(_ times: Int? = nil) -> Dataset {
        let total = times.flatMap { times in count.flatMap { Self.product($0, max(times, 0)) } }
        return Dataset(isBatched: isBatched, count: total, isEndless: times == nil || isEndless) { pass in
            var round = 0
            var blocks = try makeBlocks(pass)
            var gaveSomething = false
            return {
                while times.map({ round < $0 }) ?? true {
                    if let block = try blocks() {
                        gaveSomething = true
                        return block
                    }
                    round += 1
                    guard gaveSomething else { return nil }  // an empty pass would repeat forever
                    gaveSomething = false
                    if times.map({ round < $0 }) ?? true { blocks = try makeBlocks(pass &+ round) }
                }
                return nil
            }
        }
    }

    /// The product, nil where it is beyond what an Int holds.
    private static func product(_ a: Int, _ b: Int) -> Int? {
        let (result, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? nil : result
    }

    /// The first elements of a pass.
    public func take(_ limit: Int) -> Dataset {
        elements(count: count.map { min($0, max(limit, 0)) }, isEndless: false) { index in index < limit ? .keep : .stop
        }
    }

    /// All but the first elements of a pass.
    public func skip(_ dropped: Int) -> Dataset {
        elements(count: count.map { max($0 - max(dropped, 0), 0) }, isEndless: isEndless) { index in
            index < dropped ? .drop : .keep
        }
    }

    private enum Choice { case keep, drop, stop }

    private func elements(count: Int?, isEndless: Bool, _ choose: @escaping @Sendable (Int) -> Choice) -> Dataset {
        Dataset(isBatched: isBatched, count: count, isEndless: isEndless) { pass in
            let stream = try makeStream(pass: pass)
            var index = 0
            return {
                while true {
                    let choice = choose(index)
                    if choice == .stop { return nil }
                    guard let element = try stream() else { return nil }
                    index += 1
                    if choice == .drop { continue }
                    return try Block(element, isBatched: isBatched)
                }
            }
        }
    }

    /// Elements made on another thread, up to `depth` ahead of their use.
    public func prefetch(_ depth: Int = 2) -> Dataset {
        Dataset(isBatched: isBatched, count: count, isEndless: isEndless) { pass in
            guard depth > 0, Prefetching.isOn else { return try makeBlocks(pass) }
            let queue = PrefetchQueue(depth: depth)
            let session = Session.current
            let thread = Thread {
                session.callAsCurrent {
                    do {
                        let blocks = try makeBlocks(pass)
                        while let block = try blocks() { if !queue.put(.success(block)) { return } }
                        queue.finish()
                    } catch {
                        _ = queue.put(.failure(HornbillError.wrap(error)))
                        queue.finish()
                    }
                }
            }
            thread.start()
            let consumer = PrefetchConsumer(queue)
            return { try consumer.queue.take() }
        }
    }
}

/// Whether streams that are made in this task prefetch.
private enum Prefetching {
    @TaskLocal static var isOn = true
}

extension Dataset {
    /// Runs `body`; the streams that are made in it make their elements when they are asked for, on the same thread.
    static func withoutPrefetching<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Prefetching.$isOn.withValue(false, operation: body)
    }
}

/// Ends the producing thread when nobody reads any more.
private final class PrefetchConsumer {
    let queue: PrefetchQueue
    init(_ queue: PrefetchQueue) { self.queue = queue }
    deinit { queue.cancel() }
}

/// A bounded queue between two threads.
private final class PrefetchQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var items: [Result<Dataset.Block, HornbillError>] = []
    private var isFinished = false
    private var isCancelled = false
    private let depth: Int

    init(depth: Int) { self.depth = depth }

    /// Waits for a free place. False if nobody reads any more.
    func put(_ item: Result<Dataset.Block, HornbillError>) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while items.count >= depth, !isCancelled { condition.wait() }
        if isCancelled { return false }
        items.append(item)
        condition.broadcast()
        return true
    }

    func finish() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }

    func cancel() {
        condition.lock()
        isCancelled = true
        condition.broadcast()
        condition.unlock()
    }

    func take() throws -> Dataset.Block? {
        condition.lock()
        defer { condition.unlock() }
        while items.isEmpty, !isFinished { condition.wait() }
        guard !items.isEmpty else { return nil }
        defer { condition.broadcast() }
        return try items.removeFirst().get()
    }
}

/// What the orders of the passes follow from: a number that a resumed run takes over.
struct ShuffleSeed: Sendable {
    private let generator: SeedGenerator

    /// - Parameter seed: nil takes the next one of the session.
    init(_ seed: Int?) { generator = SeedGenerator(seed, name: "shuffle") }

    /// The random numbers of one pass.
    func generator(pass: Int) throws -> CounterGenerator {
        CounterGenerator(seed: Int(try generator.position()[0]), stream: pass)
    }
}

/// Random numbers of the engine's counter-based streams, for choices made outside of a graph.
struct CounterGenerator {
    private let seed: Int64
    private let stream: Int64
    private var values: [Int64] = []
    private var position = 0
    private var refills: Int64 = 0

    init(seed: Int, stream: Int) {
        self.seed = Int64(seed)
        self.stream = Int64(stream)
    }

    /// A number in 0 ..< bound.
    mutating func next(below bound: Int) throws -> Int {
        if position == values.count {
            let key = Tensor([seed &+ refills &* 0x9E37_79B9, stream])
            values = try Tensor.emit1(.random(.bits, [1024]), [key]).scalars(Int64.self)
            position = 0
            refills &+= 1
        }
        defer { position += 1 }
        return Int((UInt64(bitPattern: values[position]) &* UInt64(bound)) >> 32)
    }
}
