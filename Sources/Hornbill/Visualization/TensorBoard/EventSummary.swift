/// One value of a summary, as TensorBoard's plugins read it. Field numbers are those of TensorFlow's `summary.proto` and
/// `tensor.proto`.
package struct EventSummary {
    private enum ElementType: Int { case float = 1, double, string = 7 }

    let message: ProtobufMessage

    private init(
        _ tag: String, plugin: String, content: String = "", _ type: ElementType,
        shape: [Int], _ values: (inout ProtobufMessage) -> Void
    ) {
        var message = ProtobufMessage()
        message.add(1, tag)
        message.add(8) { tensor in
            tensor.add(1, type.rawValue)
            tensor.add(2) { list in for size in shape { list.add(2) { $0.add(1, size) } } }
            values(&tensor)
        }
        message.add(9) { metadata in
            metadata.add(1) { data in
                data.add(1, plugin)
                if !content.isEmpty { data.add(2, content) }
            }
        }
        self.message = message
    }

    /// A number.
    package static func scalar(_ tag: String, _ value: Double) -> EventSummary {
        EventSummary(tag, plugin: "scalars", .float, shape: []) { $0.add(5, [Float(value)]) }
    }

    /// The distribution of numbers over 30 ranges of equal width; values that are no numbers do not count.
    static func histogram(_ tag: String, _ values: [Double]) -> EventSummary {
        let rows = Histogram.rows(values, count: 30)
        return EventSummary(tag, plugin: "histograms", .double, shape: [30, 3]) { $0.add(6, rows) }
    }

    /// Images of one size, as PNG files.
    static func images(_ tag: String, width: Int, height: Int, _ files: [[UInt8]]) -> EventSummary {
        EventSummary(tag, plugin: "images", .string, shape: [files.count + 2]) { tensor in
            tensor.add(8, "\(width)")
            tensor.add(8, "\(height)")
            for file in files { tensor.add(8, file) }
        }
    }

    /// Text in Markdown.
    static func text(_ tag: String, _ text: String) -> EventSummary {
        EventSummary(tag, plugin: "text", .string, shape: []) { $0.add(8, text) }
    }

    /// A Keras model's configuration, of which TensorBoard draws the conceptual graph.
    static func kerasModel(_ tag: String, json: String) -> EventSummary {
        EventSummary(tag, plugin: "graph_keras_model", content: "1", .string, shape: []) { $0.add(8, json) }
    }
}
