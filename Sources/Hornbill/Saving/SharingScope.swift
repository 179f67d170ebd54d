import Synchronization

/// Finds layers that are written several times, so that they get an identity and come back as one: what is called in a
/// model and stands in a wrapper of it too.
final class SharingScope: Sendable {
    @TaskLocal static var current: SharingScope?

    private struct State {
        var counts: [ObjectIdentifier: Int] = [:]
        var ids: [ObjectIdentifier: Int] = [:]
        var isCounting = true
    }
    private let state = Mutex(State())

    fileprivate func stopCounting() { state.withLock { $0.isCounting = false } }

    /// The identity of a layer that is written more than once.
    func identity(of layer: Layer) -> Int? {
        let key = ObjectIdentifier(layer)
        return state.withLock { state in
            if state.isCounting {
                state.counts[key, default: 0] += 1
                return nil
            }
            guard state.counts[key, default: 0] > 1 else { return nil }
            let id = state.ids[key] ?? state.ids.count + 1
            state.ids[key] = id
            return id
        }
    }
}

/// What `body` writes, with a `shared_object_id` for each layer that it writes more than once. `body` runs twice.
package func withSharedObjects(_ body: () throws -> ConfigValue) rethrows -> ConfigValue {
    let scope = SharingScope()
    return try SharingScope.$current.withValue(scope) {
        _ = try body()
        scope.stopCounting()
        return try body()
    }
}
