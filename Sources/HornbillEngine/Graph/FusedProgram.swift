/// A chain of element-wise operations, computed in float32 whatever the types of its inputs and outputs, that runs tile by tile, its intermediate values never leaving the cache.
/// Made by the compiler; the C kernels' `hk_program` is its executable twin.
public struct FusedProgram: Sendable, Hashable {
    /// How an input lies over the elements of the outputs, seen as a flat index i.
    public enum Layout: Sendable, Hashable {
        /// Element i.
        case full
        /// The only element.
        case scalar
        /// Element i % inner.
        case row(inner: Int)
        /// Element i / inner.
        case column(inner: Int)
        /// Element (i / inner) % outer.
        case middle(inner: Int, outer: Int)
    }

    public struct Input: Sendable, Hashable {
        public var dtype: DType
        public var layout: Layout

        package init(dtype: DType, layout: Layout) {
            self.dtype = dtype
            self.layout = layout
        }
    }

    /// Where an instruction's operand comes from.
    public enum Operand: Sendable, Hashable {
        case input(Int)
        case result(Int)
        case constant(Float)
    }

    public enum Function: Sendable, Hashable {
        case copy
        case unary(Unary)
        case binary(Binary)
        case select
        case multiplyAdd
        /// To the nearest number that a half precision holds.
        case rounded(DType)
    }

    public struct Instruction: Sendable, Hashable {
        public var function: Function
        public var operands: [Operand]

        package init(function: Function, operands: [Operand]) {
            self.function = function
            self.operands = operands
        }
    }

    public struct Output: Sendable, Hashable {
        /// The instruction whose result it is.
        public var instruction: Int
        public var type: TensorType

        package init(instruction: Int, type: TensorType) {
            self.instruction = instruction
            self.type = type
        }
    }

    public var inputs: [Input]
    public var instructions: [Instruction]
    /// All of the same number of elements.
    public var outputs: [Output]

    package init(inputs: [Input], instructions: [Instruction], outputs: [Output]) {
        self.inputs = inputs
        self.instructions = instructions
        self.outputs = outputs
    }
}
