import HornbillEngine

/// What files could make Keras do, and must not do here: each with its reason, since "unknown" would not help.
enum Refusals {
    /// - Throws: kind `file` for an object that is never made of a file.
    static func check(_ object: SerializedObject, _ kind: String) throws {
        let name = object.config.objectValue?["name"]?.stringValue.map { " '\($0)'" } ?? ""
        if let reason = classes[object.className] {
            throw HornbillError(.file, "\(object.className)\(name) is refused: \(reason)")
        }
        guard let module = object.module else { return }
        let api = "\(module).\(object.config.stringValue ?? object.className)"
        if module != "builtins", module == "keras.utils" || module == "keras.saving" || module == "keras.models",
            object.className == "function"
        {
            throw HornbillError(.file, "'\(api)' is refused: it is no part of a model, and files run no functions")
        }
        if module == "builtins", object.className != "function" {
            throw HornbillError(.file, "'\(api)' is refused: files cannot name Python's own functions and classes")
        }
        if !["keras", "tf_keras", "keras_core", "tensorflow", "builtins"].contains(module.split(separator: ".").first),
            object.registeredName == nil
        {
            throw HornbillError(
                .file, "'\(api)' is refused: only Keras's objects and registered ones can be made of a file")
        }
    }

    private static let bytecode = "it holds Python code, which a file cannot make run"
    private static let foreign = "it wraps a program of another framework, which a file cannot make run"

    private static let classes = [
        "Lambda": bytecode, "__lambda__": bytecode, "TorchModuleWrapper": foreign, "TFSMLayer": foreign,
        "JaxLayer": foreign, "FlaxLayer": foreign, "TensorFlowOpLayer": foreign, "TFOpLambda": foreign,
        "SlicingOpLambda": foreign, "ClassMethod": foreign, "InstanceMethod": foreign, "InstanceProperty": foreign,
        "__typespec__": "types of TensorFlow's own are no part of a model here",
    ]
}
