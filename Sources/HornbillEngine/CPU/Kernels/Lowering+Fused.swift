import CKernels

// Element-wise programs, and single element-wise operations as programs of one instruction.

extension Lowering {
    static func fused(_ program: FusedProgram, _ threads: Int) -> Kernel {
        let compiled = CompiledProgram(program)
        let scratchIndex = program.inputs.count + program.outputs.count
        let members = Int32(threads)
        return Kernel(program.kernelName, scratchBytes: compiled.scratchBytes * threads, inPlace: program.inPlacePairs)
        { window in
            compiled.run(nullable(window), scratch: window[scratchIndex], threads: members)
        }
    }

    /// The same pointers, as C imports them.
    static func nullable(_ window: Window) -> UnsafePointer<UnsafeMutableRawPointer?> {
        UnsafeRawPointer(window).assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }
}

extension FusedProgram {
    /// Elements of each instruction's result.
    var count: Int { outputs.first.map { $0.type.shape.count / $0.instructions.count } ?? 0 }

    var kernelName: String {
        if instructions.count == 1 { return "\(instructions[0].function.name) \(count)" }
        return "fused \(instructions.count) × \(count)"
    }

    /// A result may take the place of an input that is read element by element.
    var inPlacePairs: [Kernel.InPlace] {
        outputs.enumerated().flatMap { result, output in
            inputs.enumerated().compactMap { operand, input in
                output.instructions.count == 1 && input.layout == .full
                    && input.dtype.byteCount == output.type.dtype.byteCount
                    ? Kernel.InPlace(result: result, operand: operand) : nil
            }
        }
    }

    /// The program of one operation, if it is one that programs can hold: float32 and the half precisions (or bool where
    /// only truth matters).
    init?(_ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType]) {
        guard let function = Function(operation, inputs.map(\.dtype)), outputs.count == 1 else { return nil }
        self.init(
            inputs: inputs.map { Input(dtype: $0.dtype, layout: .full) },
            instructions: [Instruction(function: function, operands: inputs.indices.map(Operand.input))],
            outputs: [Output(instruction: 0, type: outputs[0])])
    }
}

extension FusedProgram.Function {
    /// What an element-wise operation on operands of these dtypes is in a program, where it can be in one.
    init?(_ operation: Operation, _ dtypes: [DType]) {
        switch operation {
        case .unary(let function):
            guard function == .logicalNot ? dtypes[0] == .bool : dtypes[0].isComputedInFloat32 else { return nil }
            self = .unary(function)
        case .binary(let function):
            let boolean = function.isLogical || function == .equal || function == .notEqual
            guard dtypes[0].isComputedInFloat32 || (dtypes[0] == .bool && boolean) else { return nil }
            self = .binary(function)
        case .select:
            guard dtypes[1].isComputedInFloat32 || dtypes[1] == .bool else { return nil }
            self = .select
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .copy: "copy"
        case .unary(let function): function.rawValue
        case .binary(let function): function.rawValue
        case .select: "select"
        case .multiplyAdd: "multiplyAdd"
        case .divideByRoot: "divideByRoot"
        case .rounded(let dtype): "to \(dtype)"
        }
    }

    var opcode: hk_opcode {
        switch self {
        case .copy: HK_COPY
        case .unary(let function): function.opcode
        case .binary(let function): function.opcode
        case .select: HK_SELECT
        case .multiplyAdd: HK_MULTIPLY_ADD
        case .divideByRoot: HK_DIVIDE_BY_ROOT
        case .rounded(let dtype): dtype == .float16 ? HK_ROUND_FLOAT16 : HK_ROUND_BFLOAT16
        }
    }
}

/// A program as the C interpreter runs it.
final class CompiledProgram: @unchecked Sendable {
    private let source: UnsafeMutablePointer<hk_program>
    private let memory: UnsafeMutableRawPointer
    private let compiled: OpaquePointer
    private let inputs: FrozenArray<hk_operand>
    private let instructions: FrozenArray<hk_instruction>
    private let outputs: FrozenArray<hk_result>
    private let constants: FrozenArray<Float>

    init(_ program: FusedProgram) {
        var pool: [Float] = []
        var positions: [UInt32: Int] = [:]
        func register(_ operand: FusedProgram.Operand?) -> UInt16 {
            switch operand {
            case nil: return 0
            case .input(let index): return UInt16(index)
            case .result(let index): return UInt16(program.inputs.count + index)
            case .constant(let value):
                let position = positions[value.bitPattern] ?? pool.count
                if position == pool.count {
                    positions[value.bitPattern] = position
                    pool.append(value)
                }
                return UInt16(Int(HK_CONSTANT) + position)
            }
        }
        instructions = FrozenArray(
            program.instructions.map { instruction in
                let operands = instruction.operands
                return hk_instruction(
                    opcode: UInt16(instruction.function.opcode.rawValue), a: register(operands.first),
                    b: register(operands.count > 1 ? operands[1] : nil),
                    c: register(operands.count > 2 ? operands[2] : nil))
            })
        inputs = FrozenArray(program.inputs.map(\.operand))
        outputs = FrozenArray(program.storedResults)
        constants = FrozenArray(pool)
        source = .allocate(capacity: 1)
        source.initialize(
            to: hk_program(
                input_count: Int32(inputs.count), instruction_count: Int32(instructions.count),
                output_count: Int32(outputs.count), constant_count: Int32(constants.count), inputs: inputs.pointer,
                instructions: instructions.pointer, outputs: outputs.pointer,
                constants: constants.pointer, count: Int64(program.count)))
        memory = .allocate(byteCount: hk_compiled_bytes(source), alignment: 64)
        compiled = hk_compile(source, memory)
    }

    deinit {
        memory.deallocate()
        source.deallocate()
    }

    /// What a run needs, for each thread; aligned to 64 bytes.
    var scratchBytes: Int { hk_program_scratch(compiled) }

    func run(_ buffers: UnsafePointer<UnsafeMutableRawPointer?>, scratch: UnsafeMutableRawPointer, threads: Int32) {
        hk_program_run(compiled, buffers, scratch, threads)
    }
}

extension FusedProgram.Input {
    fileprivate var operand: hk_operand {
        let (layout, inner, outer, offset): (hk_layout, Int, Int, Int) =
            switch layout {
            case .full: (HK_FULL, 1, 1, 0)
            case .scalar: (HK_SCALAR, 1, 1, 0)
            case .row(let inner): (HK_ROW, inner, 1, 0)
            case .column(let inner): (HK_COLUMN, inner, 1, 0)
            case .middle(let inner, let outer): (HK_MIDDLE, inner, outer, 0)
            case .window(let inner, let stride, let offset): (HK_WINDOW, inner, stride, offset)
            }
        return hk_operand(
            type: dtype.elementType, layout: layout, inner: Int64(inner), outer: Int64(outer), offset: Int64(offset))
    }
}

extension FusedProgram {
    /// What is stored where, one entry for each part of each output.
    fileprivate var storedResults: [hk_result] {
        outputs.enumerated().flatMap { buffer, output in
            let parts = output.instructions.count
            return output.instructions.enumerated().map { part, instruction in
                let inner = parts == 1 ? 0 : output.inner
                return hk_result(
                    type: output.type.dtype.elementType, value: Int32(inputs.count + instruction),
                    buffer: Int32(buffer), inner: Int64(inner), outer: Int64(inner * parts),
                    offset: Int64(inner * part))
            }
        }
    }
}

extension DType {
    /// Whether programs can load and store elements of this type.
    var fitsPrograms: Bool {
        switch self {
        case .float32, .bool, .uint8, .float16, .bfloat16: true
        case .float64, .int32, .int64, .string: false
        }
    }

    fileprivate var elementType: hk_element_type {
        switch self {
        case .bool: HK_BOOL
        case .uint8: HK_UINT8
        case .float16: HK_FLOAT16
        case .bfloat16: HK_BFLOAT16
        case .float32, .float64, .int32, .int64, .string: HK_FLOAT32
        }
    }
}

extension Unary {
    fileprivate var opcode: hk_opcode {
        switch self {
        case .negate: HK_NEGATE
        case .abs: HK_ABS
        case .sign: HK_SIGN
        case .exp: HK_EXP
        case .expm1: HK_EXPM1
        case .log: HK_LOG
        case .log1p: HK_LOG1P
        case .sqrt: HK_SQRT
        case .rsqrt: HK_RSQRT
        case .square: HK_SQUARE
        case .reciprocal: HK_RECIPROCAL
        case .sin: HK_SIN
        case .cos: HK_COS
        case .tan: HK_TAN
        case .asin: HK_ASIN
        case .acos: HK_ACOS
        case .atan: HK_ATAN
        case .sinh: HK_SINH
        case .cosh: HK_COSH
        case .tanh: HK_TANH
        case .sigmoid: HK_SIGMOID
        case .erf: HK_ERF
        case .relu: HK_RELU
        case .softplus: HK_SOFTPLUS
        case .floor: HK_FLOOR
        case .ceil: HK_CEIL
        case .round: HK_ROUND
        case .trunc: HK_TRUNC
        case .logicalNot: HK_LOGICAL_NOT
        case .isNaN: HK_IS_NAN
        case .isFinite: HK_IS_FINITE
        case .isInfinite: HK_IS_INF
        }
    }
}

extension Binary {
    fileprivate var opcode: hk_opcode {
        switch self {
        case .add: HK_ADD
        case .subtract: HK_SUBTRACT
        case .multiply: HK_MULTIPLY
        case .divide: HK_DIVIDE
        case .maximum: HK_MAXIMUM
        case .minimum: HK_MINIMUM
        case .power: HK_POWER
        case .floorMod: HK_FLOOR_MOD
        case .floorDivide: HK_FLOOR_DIVIDE
        case .atan2: HK_ATAN2
        case .equal: HK_EQUAL
        case .notEqual: HK_NOT_EQUAL
        case .less: HK_LESS
        case .lessEqual: HK_LESS_EQUAL
        case .greater: HK_GREATER
        case .greaterEqual: HK_GREATER_EQUAL
        case .logicalAnd: HK_LOGICAL_AND
        case .logicalOr: HK_LOGICAL_OR
        case .logicalXor: HK_LOGICAL_XOR
        }
    }
}
