import HornbillEngine

// ONNX graphs as messages of Protocol Buffers. Field numbers are those of onnx.proto.

extension ONNXNode {
    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for input in inputs { message.add(1, input) }
        for output in outputs { message.add(2, output) }
        message.add(3, name)
        message.add(4, type)
        for (name, value) in attributes {
            message.add(5) { attribute in
                attribute.add(1, name)
                value.write(to: &attribute)
            }
        }
        return message
    }
}

extension ONNXAttribute {
    /// The value, and which kind of value it is.
    fileprivate func write(to message: inout ProtobufMessage) {
        let kind: Int
        switch self {
        case .float(let value):
            message.add(2, Float(value))
            kind = 1
        case .int(let value):
            message.add(3, value)
            kind = 2
        case .text(let text):
            message.add(4, text)
            kind = 3
        case .graph(let graph):
            message.add(6, graph.message)
            kind = 5
        case .ints(let values):
            message.add(8, values)
            kind = 7
        }
        message.add(20, kind)
    }
}

extension ONNXValue {
    var message: ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(2) { type in
            type.add(1) { tensor in
                tensor.add(1, dtype.onnxCode ?? 0)
                tensor.add(2) { shape in
                    for size in sizes {
                        shape.add(1) { dimension in
                            switch size {
                            case .fixed(let size): dimension.add(1, size)
                            case .named(let name): dimension.add(2, name)
                            case .unknown: break
                            }
                        }
                    }
                }
            }
        }
        return message
    }
}

extension ONNXGraph {
    /// The graph without tensors of its own, as the bodies of loops are.
    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for node in nodes { message.add(1, node.message) }
        message.add(2, name)
        for input in inputs { message.add(11, input.message) }
        for output in outputs { message.add(12, output.message) }
        return message
    }
}

/// A whole file: the graph and its tensors, which are never copied into one message.
package struct ONNXFile {
    var graph: ONNXGraph
    var initializers: [ONNXInitializer]
    var opset: Int

    /// What a message of Protocol Buffers may have, by its definition.
    package static let byteLimit = Int(Int32.max)

    /// - Parameter limit: how many bytes the file may have.
    /// - Throws: kind `file` if it would have more, or what writing throws.
    package func write(to path: String, limit: Int = byteLimit) throws {
        var parts: [any RandomAccessBytes] = [MemoryBytes(graph.message.bytes)]
        for initializer in initializers {
            let tensor = try initializer.tensor.cast(to: initializer.tensor.dtype.onnxStored).validated()
            let content = try TensorBytes(tensor)
            var head = ProtobufMessage()
            head.add(1, tensor.shape.dimensions)
            head.add(2, tensor.dtype.onnxCode ?? 0)
            head.add(8, initializer.name)
            head.begin(9, byteCount: content.count)
            var field = ProtobufMessage()
            field.begin(5, byteCount: head.bytes.count + content.count)
            parts += [MemoryBytes(field.bytes + head.bytes), content]
        }
        let body = ComposedBytes(joining: parts)
        var model = ProtobufMessage()
        model.add(1, Self.version(opset: opset))
        model.add(2, "Hornbill")
        model.add(8) { $0.add(2, opset) }
        model.begin(7, byteCount: body.count)
        let file = ComposedBytes(joining: [MemoryBytes(model.bytes), body])
        guard file.count <= limit else {
            throw HornbillError(
                .file,
                "'\(path)': the model takes \(file.count) bytes as ONNX, and an ONNX file has at most \(limit)")
        }
        try AtomicFile.write(path, file)
    }

    /// The opsets that this writes: their operations are the same as far as they are used here.
    static let opsets = 18...23

    /// The version of the format that came with an opset; runtimes refuse what is newer than they are.
    private static func version(opset: Int) -> Int {
        switch opset {
        case ...18: 8
        case 19, 20: 9
        case 21, 22: 10
        default: 11
        }
    }
}
