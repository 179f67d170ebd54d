import Foundation

/// One record of an events file, of TensorFlow's `event.proto`.
package enum EventRecord {
    /// What stands first in each file.
    package static func version(at time: Double) -> [UInt8] { event(time, 0) { $0.add(3, "brain.Event:2") } }

    /// Values of one step.
    package static func summaries(_ values: [EventSummary], step: Int, at time: Double) -> [UInt8] {
        event(time, step) { event in
            event.add(5) { summary in for value in values { summary.add(1, value.message) } }
        }
    }

    /// A graph of named nodes (`graph.proto`).
    static func graph(_ nodes: [(name: String, operation: String, inputs: [String])], at time: Double) -> [UInt8] {
        var graph = ProtobufMessage()
        for node in nodes {
            graph.add(1) { message in
                message.add(1, node.name)
                message.add(2, node.operation)
                for input in node.inputs { message.add(3, input) }
            }
        }
        graph.add(4) { $0.add(1, 26) }  // The version without which readers doubt that it is a graph.
        return event(time, 0) { $0.add(4, graph) }
    }

    private static func event(_ time: Double, _ step: Int, _ fill: (inout ProtobufMessage) -> Void) -> [UInt8] {
        var message = ProtobufMessage()
        message.add(1, time)
        message.add(2, step)
        fill(&message)
        return message.bytes
    }
}
