import HornbillEngine
import Logging

/// The weights of a model in Keras's layout: `<path>/vars/0`, `/1`, … in an HDF5 file.
enum WeightsFile {
    /// The file that holds these parts.
    /// - Throws: kind `argument` for a name that cannot be a path.
    static func image(of parts: [SavedPart]) throws -> ComposedBytes {
        var writer = HDF5Writer()
        for part in parts {
            let group = place(part.path)
            try writer.group(group, attributes: ["name": .string(part.name)])
            for (index, value) in try part.values().enumerated() {
                try writer.dataset("\(group)/\(index)", value)
            }
        }
        return try writer.image()
    }

    private static func place(_ path: String) -> String { path.isEmpty ? "vars" : "\(path)/vars" }

    /// Reads the weights of these parts, straight into the variables' memory. Nothing is changed before all shapes have
    /// been compared.
    /// - Parameters:
    ///   - root: the root of the file.
    ///   - file: its name, for messages.
    ///   - skipMismatch: whether variables that do not fit keep their values, with a warning.
    /// - Throws: kind `file` that lists each variable that does not fit: its path, what was expected, what was found.
    static func load(_ parts: [SavedPart], from root: HDF5Group, file: String, skipMismatch: Bool) throws {
        var plan: [(variable: Variable, dataset: HDF5Dataset)] = []
        var problems: [WeightMismatch] = []
        for part in parts {
            let group = try root.group(place(part.path))
            let found = try datasets(of: group)
            if case .optimizer(let optimizer) = part.content {
                plan += try pairs(of: optimizer, part.path, found, file)
                continue
            }
            let (fitting, misfits) = WeightMismatch.compare(part.variables, found) { "\(place(part.path))/\($0)" }
            plan += fitting
            problems += misfits
        }
        try WeightMismatch.report(problems, file: file, skip: skipMismatch)
        for (variable, dataset) in plan { try variable.read(dataset) }
        let read = Set(plan.map { ObjectIdentifier($0.variable) })
        for part in parts {
            switch part.content {
            case .layer(let layer): try layer.weightsWereLoaded()
            case .optimizer(let optimizer):
                let slots = optimizer.variables.dropFirst(optimizer.baseVariables.count)
                let isNew = try optimizer.iterations.value.item() == 0
                if isNew, !slots.contains(where: { read.contains(ObjectIdentifier($0)) }) {
                    try optimizer.slotsWereNotRead()
                }
            }
        }
    }

    /// The datasets "0", "1", … of a group, as far as they go.
    private static func datasets(of group: HDF5Group?) throws -> [HDF5Dataset] {
        guard let group else { return [] }
        var result: [HDF5Dataset] = []
        while let next = try group.dataset("\(result.count)") { result.append(next) }
        return result
    }

    /// What is read of an optimizer. A model that was saved before its first step has no slots in the file; another
    /// optimizer's are left alone, as Keras does.
    private static func pairs(
        of optimizer: Optimizer, _ path: String, _ found: [HDF5Dataset], _ file: String
    ) throws -> [(variable: Variable, dataset: HDF5Dataset)] {
        if found.isEmpty { return [] }
        // Before the first step there are the optimizer's own variables only.
        for variables in [optimizer.variables, optimizer.baseVariables] {
            let (fitting, misfits) = WeightMismatch.compare(variables, found) { "\(place(path))/\($0)" }
            if misfits.isEmpty { return fitting }
        }
        // The state of an optimizer inside, which may be here too, is read from its own place.
        let own = Array(optimizer.baseVariables.prefix(found.count))
        if !optimizer.innerOptimizers.isEmpty, found.count <= optimizer.baseVariables.count {
            let (fitting, misfits) = WeightMismatch.compare(own, found) { "\(place(path))/\($0)" }
            if misfits.isEmpty { return fitting }
        }
        Logger(label: "hornbill.saving").warning(
            "'\(file)': the state of the optimizer \(optimizer.displayName) is not read: it has \(optimizer.variables.count) variables, the file has \(found.count) at '\(path)'"
        )
        return []
    }
}

extension SavedPart {
    /// What is written: the variables' values; of a matrix that LoRA adapts, the merged one.
    func values() throws -> [Tensor] {
        guard case .layer(let layer) = content, let adapted = layer as? any LowRankAdaptable, adapted.loraEnabled else {
            return variables.map(\.value)
        }
        return try variables.map { try $0 === adapted.adaptedWeight ? adapted.mergedKernel() : $0.value }
    }
}

extension Layer {
    /// The variables that a file holds for this layer itself, in Keras's order: those that can be trained come first.
    /// The factors of LoRA are not among them: the matrix is written with them added.
    var savedVariables: [Variable] {
        guard let adaptation = (self as? any LowRankAdaptable)?.adaptation.factors else { return ownVariables }
        return ownVariables.filter { $0 !== adaptation.a && $0 !== adaptation.b }
    }

    /// Told when all weights have been read.
    func weightsWereLoaded() throws {
        // The matrix that was read has the adaptation in it already.
        if let factors = (self as? any LowRankAdaptable)?.adaptation.factors {
            for factor in [factors.a, factors.b] { try factor.assign(ops.zerosLike(factor.value)) }
        }
    }
}

extension Variable {
    /// Reads the value from a file, without a copy where the file has the variable's type.
    func read(_ dataset: HDF5Dataset) throws {
        guard dataset.type == HDF5Type(dtype), dtype != .bool else {
            try assign(dataset.tensor(as: dtype))
            return
        }
        let pointer = try writablePointer()
        try dataset.read(into: UnsafeMutableRawBufferPointer(start: pointer, count: type.byteCount))
    }
}
