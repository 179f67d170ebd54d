extension FusedProgram {
    /// The same program with x / √y as one instruction, where nothing else reads the root: as every step of RMSprop and
    /// Adagrad has it. A reciprocal root is a third of the work of a root and a quotient.
    var dividingByRoots: FusedProgram {
        var uses = [Int](repeating: 0, count: instructions.count)
        for case .result(let read) in instructions.lazy.flatMap(\.operands) { uses[read] += 1 }
        for read in outputs.lazy.flatMap(\.instructions) { uses[read] += 1 }
        func root(_ instruction: Instruction) -> Int? {
            guard instruction.function == .binary(.divide), case .result(let divisor) = instruction.operands[1],
                uses[divisor] == 1, instructions[divisor].function == .unary(.sqrt)
            else { return nil }
            return divisor
        }
        let roots = Set(instructions.compactMap(root))
        guard !roots.isEmpty else { return self }

        var places: [Int] = []
        var result = FusedProgram(inputs: inputs, instructions: [], outputs: outputs)
        func placed(_ operand: Operand) -> Operand {
            if case .result(let number) = operand { .result(places[number]) } else { operand }
        }
        for (number, instruction) in instructions.enumerated() {
            places.append(result.instructions.count)
            guard !roots.contains(number) else { continue }
            var instruction = instruction
            if let root = root(instruction) {
                instruction.function = .divideByRoot
                instruction.operands[1] = instructions[root].operands[0]
            }
            instruction.operands = instruction.operands.map(placed)
            result.instructions.append(instruction)
        }
        for output in outputs.indices {
            result.outputs[output].instructions = outputs[output].instructions.map { places[$0] }
        }
        return result
    }
}
