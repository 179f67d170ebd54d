import Foundation
import Synchronization

/// The signals that ask a process to end, SIGINT and SIGTERM, while somebody waits for them: the first is remembered
/// instead of ending the process, so that work can be brought to a good end; the second ends it at once.
///
/// A handler of the program's own is left alone.
enum StopSignals {
    /// The signal that came; 0 for none.
    private static let arrived = Atomic<Int32>(0)
    private static let watchers = Mutex(0)
    private static let signals = [SIGINT, SIGTERM]

    /// The signal that came since somebody watches.
    static var pending: Int32? {
        let signal = arrived.load(ordering: .relaxed)
        return signal == 0 ? nil : signal
    }

    /// Begins to watch. Each call needs one of ``unwatch()``.
    static func watch() {
        watchers.withLock { count in
            count += 1
            guard count == 1 else { return }
            arrived.store(0, ordering: .relaxed)
            for signal in signals where handler(of: signal) == nil { set(signal, remember) }
        }
    }

    static func unwatch() {
        watchers.withLock { count in
            count -= 1
            guard count == 0 else { return }
            for signal in signals where handler(of: signal) == Self.address(remember) { set(signal, SIG_DFL) }
        }
    }

    /// Nothing but an atomic exchange and the end of the process may happen in a handler.
    private static let remember: @convention(c) (Int32) -> Void = { signal in
        if StopSignals.arrived.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
    }

    private static func set(_ signal: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
    }

    /// What is called at a signal; nil for what the system does by default.
    private static func handler(of signal: Int32) -> UnsafeRawPointer? {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return nil }
        return address(action.__sigaction_handler.sa_handler)
    }

    private static func address(_ handler: (@convention(c) (Int32) -> Void)?) -> UnsafeRawPointer? {
        unsafeBitCast(handler, to: UnsafeRawPointer?.self)
    }
}
