import HornbillEngine

// What an ONNX file says, before it is written. Names of fields and what they mean: https://onnx.ai/onnx/repo-docs/IR.html

/// One operation of an ONNX graph. Values are known by their names.
struct ONNXNode {
    var type: String
    var name: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [(name: String, value: ONNXAttribute)]
}

/// An argument of an operation that is no tensor.
indirect enum ONNXAttribute {
    case int(Int)
    case ints([Int])
    case float(Double)
    case text(String)
    case graph(ONNXGraph)
}

/// An axis of an input or an output.
enum ONNXSize: Hashable {
    case fixed(Int)
    /// Any size, the same wherever the name stands.
    case named(String)
    case unknown
}

/// The type of an input or an output.
struct ONNXValue {
    var name: String
    var dtype: DType
    var sizes: [ONNXSize]
}

/// A tensor that is part of the file.
struct ONNXInitializer {
    var name: String
    var tensor: Tensor
}

/// A program: the model's, the body of a loop, or a branch.
struct ONNXGraph {
    var name: String
    var nodes: [ONNXNode]
    var inputs: [ONNXValue]
    var outputs: [ONNXValue]
}

extension DType {
    /// The number of the type in ONNX. Half precisions are computed in float32, as they are here; runtimes have few
    /// kernels for them.
    var onnxCode: Int? {
        switch self {
        case .float32, .float16, .bfloat16: 1
        case .uint8: 2
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .float64: 11
        case .string: nil
        }
    }

    /// The type that a tensor of this one has in the file.
    var onnxStored: DType { self == .float16 || self == .bfloat16 ? .float32 : self }
}
