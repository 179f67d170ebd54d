import HornbillEngine

extension Tensor {
    /// A constant in a graph, as Keras writes arrays.
    var graphConstant: ConfigValue {
        let config: Config = ["value": nested(), "dtype": .string(dtype.rawValue)]
        return .object(["class_name": "__numpy__", "config": .object(config)])
    }

    /// The elements as nested lists.
    private func nested() -> ConfigValue {
        if dtype == .string, let strings = try? strings() {
            return Self.nested(strings.map(ConfigValue.string), shape.dimensions[...])
        }
        let values = (try? doubles()) ?? []
        let elements: [ConfigValue] = values.map { value in
            if dtype == .bool { return .bool(value != 0) }
            return dtype.isFloatingPoint ? .double(value) : .int(Int(exactly: value) ?? 0)
        }
        return Self.nested(elements, shape.dimensions[...])
    }

    private static func nested(_ elements: [ConfigValue], _ shape: ArraySlice<Int>) -> ConfigValue {
        guard let size = shape.first else { return elements.first ?? .null }
        let part = shape.dropFirst().reduce(1, *)
        return .list((0..<size).map { nested(Array(elements[$0 * part..<($0 + 1) * part]), shape.dropFirst()) })
    }

    /// A constant that Keras has written: `{"value": nested lists, "dtype": name}`.
    /// - Throws: kind `argument` for lists of differing lengths, or elements that are no numbers.
    init(constant config: Config) throws {
        let dtype = DType(rawValue: config["dtype"]?.stringValue ?? "float32") ?? .float32
        var shape: [Int] = []
        var level = config["value"] ?? .null
        while case .list(let elements) = level {
            shape.append(elements.count)
            level = elements.first ?? .null
            guard shape.count <= 64 else { throw HornbillError(.argument, "a constant has more than 64 axes") }
        }
        var values: [Double] = []
        func collect(_ value: ConfigValue, _ depth: Int) throws {
            if case .list(let elements) = value, depth < shape.count, elements.count == shape[depth] {
                for element in elements { try collect(element, depth + 1) }
            } else if depth == shape.count, let number = value.doubleValue ?? value.boolValue.map({ $0 ? 1 : 0 }) {
                values.append(number)
            } else {
                throw HornbillError(
                    .argument, "a constant must be nested lists of numbers of one length; there is \(value.summary)")
            }
        }
        try collect(config["value"] ?? .null, 0)
        self = try Tensor(values, shape: Shape(shape)).cast(to: dtype).validated()
    }
}
