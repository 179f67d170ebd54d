import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

/// A file that was made to do harm, and what the error must say of it.
struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    /// The end of the file's name.
    let ending: String
    /// Parts of the message.
    let says: [String]
    let bytes: @Sendable () throws -> [UInt8]

    init(_ name: String, _ ending: String, says: [String], _ bytes: @escaping @Sendable () throws -> [UInt8]) {
        (self.name, self.ending, self.says, self.bytes) = (name, ending, says, bytes)
    }

    var testDescription: String { "\(name).\(ending)" }

    /// Runs `body` with the file's path.
    func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attack.\(ending)"
            try Data(bytes()).write(to: URL(filePath: path))
            return try body(path)
        }
    }

    /// Expects that `body` throws an error that says what is wrong.
    func expectRefusal(_ entry: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("\(name): \(entry) accepts it", sourceLocation: sourceLocation)
        } catch let error as HornbillError {
            #expect(error.kind != .internal, "\(error)", sourceLocation: sourceLocation)
            for part in says {
                #expect(
                    error.description.contains(part), "\(name): \(entry) says '\(error)'",
                    sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record("\(name): \(entry) throws \(error)", sourceLocation: sourceLocation)
        }
    }
}

/// A model whose files are attacked: four inputs, three outputs.
enum Victim {
    static let input = object("InputLayer", ["batch_shape": [.null, 4], "dtype": "float32", "name": "x"])
    static let dense = object("Dense", ["name": "dense", "units": 3])
    static let config = sequential([input, dense])

    /// An object as files hold it.
    static func object(_ className: String, _ config: Config, module: ConfigValue = "keras.layers") -> ConfigValue {
        .object([
            "module": module, "class_name": .string(className), "config": .object(config), "registered_name": .null,
        ])
    }

    static func sequential(_ layers: [ConfigValue]) -> ConfigValue {
        object("Sequential", ["name": "victim", "layers": .list(layers)], module: "keras")
    }

    /// A layer of a graph, called on the results of others.
    static func node(_ layer: ConfigValue, _ name: String, on sources: [String]..., kwargs: Config = [:]) -> ConfigValue
    {
        guard case .object(var entry) = layer, case .object(var config)? = entry["config"] else { return layer }
        config["name"] = .string(name)
        entry["config"] = .object(config)
        entry["name"] = .string(name)
        entry["inbound_nodes"] = .list(
            sources.map { names in
                let tensors = names.map(tensor)
                let args: ConfigValue = tensors.count == 1 ? .list(tensors) : .list([.list(tensors)])
                return .object(["args": args, "kwargs": .object(kwargs)])
            })
        return .object(entry)
    }

    static func tensor(_ layer: String) -> ConfigValue {
        .object(["class_name": "__keras_tensor__", "config": .object(["keras_history": [.string(layer), 0, 0]])])
    }

    static func functional(_ layers: [ConfigValue], output: String, name: String = "victim") -> ConfigValue {
        object(
            "Functional",
            [
                "name": .string(name), "layers": .list(layers), "input_layers": [["x", 0, 0]],
                "output_layers": [[.string(output), 0, 0]],
            ], module: "keras.src.models.functional")
    }

    /// The weights that the victim has, in the layout of Keras 3.
    static func weights() throws -> [UInt8] {
        var writer = HDF5Writer()
        try writer.group("vars", attributes: ["name": .string("victim")])
        try writer.group("layers/dense/vars", attributes: ["name": .string("dense")])
        try writer.dataset("layers/dense/vars/0", Tensor.ones([4, 3]))
        try writer.dataset("layers/dense/vars/1", Tensor.ones([3]))
        return try writer.image().allBytes()
    }

    /// A `.keras` file.
    static func archive(_ config: String, weights: [UInt8]? = nil, deflated: Bool = false) throws -> [UInt8] {
        var writer = ZipWriter(deflated: deflated)
        writer.add("metadata.json", Array(#"{"keras_version": "3.15.1"}"#.utf8))
        writer.add("config.json", Array(config.utf8))
        writer.add("model.weights.h5", try weights ?? self.weights())
        return try writer.data()
    }

    /// An `.h5` file of Keras 2.
    static func legacy(_ config: String, training: String? = nil) throws -> [UInt8] {
        var writer = HDF5Writer()
        try writer.group("", attributes: ["model_config": .string(config), "keras_version": .string("2.15.0")])
        if let training { try writer.group("", attributes: ["training_config": .string(training)]) }
        try writer.group("model_weights", attributes: ["layer_names": .strings(["dense"])])
        try writer.group(
            "model_weights/dense", attributes: ["weight_names": .strings(["dense/kernel:0", "dense/bias:0"])])
        try writer.dataset("model_weights/dense/dense/kernel:0", Tensor.ones([4, 3]))
        try writer.dataset("model_weights/dense/dense/bias:0", Tensor.ones([3]))
        return try writer.image().allBytes()
    }

    /// The model itself.
    static func model() throws -> Model { try modelFromJSON(JSON.text(config)) }
}
