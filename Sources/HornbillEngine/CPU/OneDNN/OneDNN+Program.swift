import COneDNN

extension OneDNN {
    /// - Throws: kind `internal`, with oneDNN's status.
    static func check(_ status: dnnl_status_t, _ what: String) throws {
        guard status == dnnl_success else {
            throw HornbillError(.internal, "oneDNN could not \(what) (status \(status.rawValue))")
        }
    }

    /// The processor; nil if oneDNN cannot be used at all.
    static let engine: Engine? = Engine()

    /// Lives as long as the process; oneDNN's engines serve all threads.
    final class Engine: @unchecked Sendable {
        let handle: dnnl_engine_t

        init?() {
            var handle: dnnl_engine_t?
            guard dnnl_engine_create(&handle, dnnl_cpu, 0) == dnnl_success, let handle else { return nil }
            self.handle = handle
        }
    }

    static func requireEngine() throws -> dnnl_engine_t {
        guard let engine else { throw HornbillError(.internal, "oneDNN has no engine for this processor") }
        return engine.handle
    }

    // Swift may free an object after the last use of it that it sees, which the use of a handle taken from it is not: so
    // handles are lent to closures only.

    /// A primitive, which never changes and serves all threads, since its scratch memory is passed to it.
    final class Primitive: @unchecked Sendable {
        private let handle: dnnl_primitive_t
        let scratch: dnnl_memory_desc_t

        init(_ descriptor: PrimitiveDescriptor) throws {
            var handle: dnnl_primitive_t?
            try descriptor.lend { try check(dnnl_primitive_create(&handle, $0), "create a primitive") }
            guard let handle else { throw HornbillError(.internal, "oneDNN gave no primitive") }
            self.handle = handle
            scratch = descriptor.layout(dnnl_query_scratchpad_md)
        }

        deinit { dnnl_primitive_destroy(handle) }

        func execute(_ stream: dnnl_stream_t, _ count: Int, _ arguments: UnsafePointer<dnnl_exec_arg_t>) throws {
            try withExtendedLifetime(self) {
                try check(dnnl_primitive_execute(handle, stream, Int32(count), arguments), "compute")
            }
        }
    }

    final class PrimitiveDescriptor {
        private let handle: dnnl_primitive_desc_t

        init(_ make: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) throws -> dnnl_status_t) throws {
            var handle: dnnl_primitive_desc_t?
            try check(try make(&handle), "describe a primitive")
            guard let handle else { throw HornbillError(.internal, "oneDNN gave no primitive descriptor") }
            self.handle = handle
        }

        deinit { dnnl_primitive_desc_destroy(handle) }

        func lend<Result>(_ body: (dnnl_primitive_desc_t) throws -> Result) rethrows -> Result {
            try withExtendedLifetime(self) { try body(handle) }
        }

        /// The layout of an operand or result.
        func layout(_ query: dnnl_query_t) -> dnnl_memory_desc_t {
            lend { dnnl_primitive_desc_query_md($0, query, 0)?.pointee ?? dnnl_memory_desc_t() }
        }

        /// Which of oneDNN's implementations it is.
        var name: String {
            lend { handle in
                var text: UnsafePointer<CChar>?
                let status = withUnsafeMutablePointer(to: &text) {
                    dnnl_primitive_desc_query(handle, dnnl_query_impl_info_str, 0, $0)
                }
                guard status == dnnl_success, let text else { return "oneDNN" }
                return String(cString: text)
            }
        }
    }

    /// How primitives are to run: with scratch memory of the caller's, and an activation at the end.
    final class Attributes {
        private var handle: dnnl_primitive_attr_t?

        init(_ activation: FusedActivation = .none) throws {
            try check(dnnl_primitive_attr_create(&handle), "make attributes")
            try check(dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user), "make attributes")
            let kind: dnnl_alg_kind_t
            switch activation {
            case .none: return
            case .relu: kind = dnnl_eltwise_relu
            case .sigmoid: kind = dnnl_eltwise_logistic
            case .tanh: kind = dnnl_eltwise_tanh
            }
            var chain: dnnl_post_ops_t?
            try check(dnnl_post_ops_create(&chain), "make attributes")
            defer { dnnl_post_ops_destroy(chain) }
            try check(dnnl_post_ops_append_eltwise(chain, 1, kind, 0, 0), "make attributes")
            try check(dnnl_primitive_attr_set_post_ops(handle, chain), "make attributes")
        }

        deinit { dnnl_primitive_attr_destroy(handle) }

        func lend<Result>(_ body: (dnnl_primitive_attr_t?) throws -> Result) rethrows -> Result {
            try withExtendedLifetime(self) { try body(handle) }
        }
    }

    /// What is computed on: memory of the step's window, or a part of its scratch memory.
    enum Place: Sendable {
        case window(Int)
        case scratch(offset: Int)
    }

    struct Argument {
        /// oneDNN's number for it, as `DNNL_ARG_SRC`.
        var number: Int32
        var layout: dnnl_memory_desc_t
        var place: Place
    }

    /// Primitives that run one after the other on a step's window.
    final class Program: @unchecked Sendable {
        struct Step {
            var primitive: Primitive
            var arguments: [Argument]
        }

        let name: String
        private(set) var steps: [Step] = []
        private(set) var scratchBytes = 0
        /// Where in the window the scratch memory stands.
        let scratchIndex: Int

        init(_ name: String, scratchIndex: Int) {
            self.name = name
            self.scratchIndex = scratchIndex
        }

        /// A part of the scratch memory.
        func allocate(_ layout: dnnl_memory_desc_t) -> Place {
            let offset = scratchBytes
            scratchBytes += (withUnsafePointer(to: layout) { dnnl_memory_desc_get_size($0) } + 63) & ~63
            return .scratch(offset: offset)
        }

        func append(_ primitive: Primitive, _ arguments: [Argument]) {
            let own = Argument(
                number: DNNL_ARG_SCRATCHPAD, layout: primitive.scratch, place: allocate(primitive.scratch))
            steps.append(Step(primitive: primitive, arguments: arguments + [own]))
        }
    }

    /// One workspace's memory objects for a program.
    final class Run {
        private struct Step {
            let primitive: Primitive
            let arguments: UnsafeMutablePointer<dnnl_exec_arg_t>
            let places: [Place]
            /// What each memory object points to.
            let bound: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        }

        private let program: Program
        private let stream: dnnl_stream_t
        private var steps: [Step] = []

        init(_ program: Program) throws {
            self.program = program
            let engine = try requireEngine()
            var stream: dnnl_stream_t?
            try check(
                dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue)), "create a stream")
            guard let stream else { throw HornbillError(.internal, "oneDNN gave no stream") }
            self.stream = stream
            for step in program.steps {
                let count = step.arguments.count
                let arguments = UnsafeMutablePointer<dnnl_exec_arg_t>.allocate(capacity: count)
                arguments.initialize(repeating: dnnl_exec_arg_t(arg: 0, memory: nil), count: count)
                let bound = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: count)
                bound.initialize(repeating: nil, count: count)
                steps.append(
                    Step(
                        primitive: step.primitive, arguments: arguments, places: step.arguments.map(\.place),
                        bound: bound))
                for (index, argument) in step.arguments.enumerated() {
                    var memory: dnnl_memory_t?
                    let status = withUnsafePointer(to: argument.layout) {
                        dnnl_memory_create(&memory, $0, engine, nil)
                    }
                    try check(status, "create a memory object")
                    arguments[index] = dnnl_exec_arg_t(arg: argument.number, memory: memory)
                }
            }
        }

        deinit {
            for step in steps {
                for index in step.places.indices { dnnl_memory_destroy(step.arguments[index].memory) }
                step.arguments.deallocate()
                step.bound.deallocate()
            }
            dnnl_stream_destroy(stream)
        }

        func execute(_ window: Window) throws {
            let scratch = window[program.scratchIndex]
            for step in steps {
                for index in step.places.indices {
                    let pointer =
                        switch step.places[index] {
                        case .window(let number): window[number]
                        case .scratch(let offset): scratch + offset
                        }
                    // Setting a handle is dear: oneDNN looks for padding to clear.
                    guard step.bound[index] != pointer else { continue }
                    try check(dnnl_memory_set_data_handle(step.arguments[index].memory, pointer), "take memory")
                    step.bound[index] = pointer
                }
                try step.primitive.execute(stream, step.places.count, step.arguments)
            }
        }
    }

    /// Runs `body` with oneDNN's teams of the calling thread of this size.
    static func onTeam<Result>(of threads: Int, _ body: () throws -> Result) rethrows -> Result {
        let team = omp_get_max_threads()
        if team == Int32(threads) { return try body() }
        omp_set_num_threads(Int32(threads))
        defer { omp_set_num_threads(team) }
        return try body()
    }
}
