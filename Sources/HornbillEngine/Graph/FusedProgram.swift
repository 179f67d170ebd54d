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
        /// Element (i / inner) × stride + offset + i % inner: some columns of a wider matrix.
        case window(inner: Int, stride: Int, offset: Int)
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
        /// The first operand over the square root of the second.
        case divideByRoot
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
        /// The instructions whose results it is made of: one, or several side by side.
        public var instructions: [Int]
        /// Of several, how many elements of each come before the next one's.
        public var inner: Int
        public var type: TensorType

        package init(instruction: Int, type: TensorType) {
            self.init(instructions: [instruction], inner: 0, type: type)
        }

        package init(instructions: [Int], inner: Int, type: TensorType) {
            self.instructions = instructions
            self.inner = inner
            self.type = type
        }
    }

    public var inputs: [Input]
    public var instructions: [Instruction]
    /// The results of all instructions have the same number of elements.
    public var outputs: [Output]

    package init(inputs: [Input], instructions: [Instruction], outputs: [Output]) {
        self.inputs = inputs
        self.instructions = instructions
        self.outputs = outputs
    }
}
