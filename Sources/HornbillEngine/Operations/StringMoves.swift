/// What can be done with tensors of strings: the operations that move elements and do not look at them.
enum StringMoves {
    /// - Throws: kind `dtype` for an operation that computes, or for strings and numbers put together.
    static func check(_ operation: Operation, _ inputs: [Tensor]) throws {
        switch operation {
        case .reshape, .transpose, .broadcast, .slice, .stopGradient, .constant: return
        case .gather where inputs.count == 2 && inputs[1].dtype != .string: return
        case .concatenate where inputs.allSatisfy({ $0.dtype == .string }): return
        case .concatenate:
            throw HornbillError(.dtype, "strings and numbers cannot be in one tensor: \(types(inputs))")
        case .cast(let dtype):
            throw HornbillError(
                .dtype,
                dtype == .string
                    ? "numbers cannot be cast to strings: they are \(types(inputs))"
                    : "strings cannot be cast to \(dtype): a StringLookup or Hashing layer makes numbers of them")
        default:
            throw HornbillError(
                .dtype, "\(operation) computes with numbers, but an operand holds strings: \(types(inputs))")
        }
    }

    private static func types(_ inputs: [Tensor]) -> String {
        inputs.map { "\($0.type)" }.joined(separator: ", ")
    }

    /// Does to the elements' places what should be done to the strings, then picks the strings by place: so the rules
    /// of moving are written once.
    static func execute(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        if case .reshape(let shape) = operation {
            _ = try operation.outputTypes(inputs.map(\.type))
            return [inputs[0].hostReshaped(shape)]
        }
        var all: [String] = []
        var places: [Tensor] = []
        for input in inputs {
            guard input.dtype == .string else {
                places.append(input)
                continue
            }
            let elements = try input.stringElements()
            places.append(Tensor(Array(all.count..<(all.count + elements.count)), shape: input.shape))
            all += elements
        }
        if case .concatenate(axis: 0) = operation {
            let type = try operation.outputTypes(inputs.map(\.type))[0]
            return [Tensor(strings: all[...], type.shape)]
        }
        return try Eager.execute(operation, places).map { moved in
            Tensor(strings: try moved.scalars(Int.self).map { all[$0] }[...], moved.shape)
        }
    }
}

extension Operation {
    /// Whether it would make strings of numbers.
    var makesStrings: Bool { if case .cast(.string) = self { true } else { false } }
}
