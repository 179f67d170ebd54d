import Foundation

/// What one run of a plan needs: its table of pointers, its kernels ready to run and, while it runs, memory for its
/// values. It serves one run at a time; a plan keeps those that are free.
package final class Workspace: @unchecked Sendable {
    private let layout: PlanLayout
    private let variables: [Variable]
    private let assigned: [Bool]
    /// Of the last run; never any where memory is lent, since the plan is a part of another.
    private var arena: PooledArena?
    private let table: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let steps: UnsafeMutablePointer<Step>
    /// Where each piece of memory was when the table was filled.
    private let bases: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    /// A structure, not a tuple: as an element of a generic type a bare closure is called through one more.
    private struct Step {
        let run: Executable
        let window: Window
    }

    init(_ layout: PlanLayout, variables: [Variable], assigned: [Bool]) throws {
        self.layout = layout
        self.variables = variables
        self.assigned = assigned
        let executables = try layout.steps.map { try $0.kernel.instantiate() }
        table = .allocate(capacity: max(layout.slots, 1))
        // A pointer that is bound before it is used; the table has no empty places.
        table.initialize(repeating: UnsafeMutableRawPointer(table), count: max(layout.slots, 1))
        bases = .allocate(capacity: layout.bindings.count)
        bases.initialize(repeating: nil, count: layout.bindings.count)
        steps = .allocate(capacity: max(executables.count, 1))
        for (index, run) in executables.enumerated() {
            (steps + index).initialize(to: Step(run: run, window: Window(table + layout.steps[index].window)))
        }
        for (slot, tensor) in layout.constants {
            if let pointer = tensor.hostPointer { table[slot] = pointer }
        }
    }

    /// Takes memory for the values of a run, which is given back behind it.
    /// - Throws: kind `memory` when the system refuses.
    func takeArena(from pool: ArenaPool) throws {
        guard layout.arenaBytes > 0 else { return }
        let arena = try pool.take(layout.arenaBytes, preferring: arena)
        self.arena = arena
        bind(layout.arena, to: arena.pointer)
    }

    func giveBackArena() {
        if layout.arenaBytes > 0 { arena?.giveBack() }
    }

    deinit {
        steps.deinitialize(count: layout.steps.count)
        steps.deallocate()
        bases.deallocate()
        table.deallocate()
    }

    /// Lets the table refer to a piece of memory where it is now.
    @inline(__always)
    func bind(_ source: Int, to base: UnsafeMutableRawPointer) {
        if bases[source] != base { rebind(source, base) }
    }

    private func rebind(_ source: Int, _ base: UnsafeMutableRawPointer) {
        bases[source] = base
        for binding in layout.bindings[source] { table[binding.slot] = base + binding.offset }
    }

    func bindInput(_ number: Int, to memory: UnsafeMutableRawPointer) { bind(number, to: memory) }
    func bindOutput(_ number: Int, to memory: UnsafeMutableRawPointer) { bind(layout.inputCount + number, to: memory) }
    func bindArena(to memory: UnsafeMutableRawPointer) { bind(layout.arena, to: memory) }

    /// Binds arguments, results and variables, and runs.
    func run(_ inputs: Window, _ outputs: Window) throws {
        for number in 0..<layout.inputCount { bind(number, to: inputs[number]) }
        for number in 0..<layout.outputCount { bind(layout.inputCount + number, to: outputs[number]) }
        try bindVariables()
        try execute()
    }

    func bindVariables() throws {
        for number in variables.indices {
            let pointer = assigned[number] ? try variables[number].writablePointer() : variables[number].pointer
            bind(layout.variableBase + number, to: pointer)
        }
    }

    /// The steps, one after the other.
    func execute() throws {
        var index = 0
        let count = layout.steps.count
        do {
            while index < count {
                try steps[index].run(steps[index].window)
                index += 1
            }
        } catch {
            throw located(error, index)
        }
    }

    /// The steps with the time that each takes, in nanoseconds, added to `times`.
    func executeTimed(_ times: inout [UInt64]) throws {
        var last = DispatchTime.now().uptimeNanoseconds
        for index in 0..<layout.steps.count {
            do { try steps[index].run(steps[index].window) } catch { throw located(error, index) }
            let now = DispatchTime.now().uptimeNanoseconds
            times[index] += now - last
            last = now
        }
    }

    private func located(_ error: any Error, _ step: Int) -> HornbillError {
        let place = layout.steps[step]
        return HornbillError.wrap(error).at(place.site, layer: place.scope.isEmpty ? nil : "'\(place.scope)'")
    }
}
