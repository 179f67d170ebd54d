import Hornbill

/// The role, type and treatment of each column, and the type of each target: guessed from the data, unless said.
struct TablePlan {
    let columns: [ColumnPlan]
    /// The types of the targets, in the order in which they were asked for.
    let targets: [(name: String, type: PredictionType)]
    let weight: String?
    /// What columns are called in models.
    let names: TensorNames

    /// - Throws: kind `unknownName` for a name that is no column's, `argument` for roles that contradict each other,
    ///   `data` for a target that cannot be predicted.
    init(_ profile: TableProfile, _ options: TabularOptions) throws {
        for name in options.targets + options.columns.keys.sorted() + [options.weight].compactMap({ $0 }) {
            _ = try profile.file.position(of: name)
        }
        guard !options.targets.isEmpty else {
            throw HornbillError(.argument, "there is no target: name the column to predict")
        }
        guard Set(options.targets).count == options.targets.count else {
            throw HornbillError(.argument, "a target is named twice: \(options.targets.joined(separator: ", "))")
        }
        let weight = options.weight ?? options.columns.first { $0.value.role == .weight }?.key
        self.weight = weight
        let inputs = options.columns.values.compactMap(\.input) + [ColumnPlan.mainInput]
        let names = TensorNames(profile.columns.map(\.name), targets: options.targets, inputs: Set(inputs))
        self.names = names
        columns = try profile.columns.map { column in
            let settings = options.columns[column.name] ?? ColumnSettings()
            var role = settings.role ?? .input
            if column.name == weight { role = .weight }
            if options.targets.contains(column.name) {
                guard settings.role == nil || settings.role == .target else {
                    throw HornbillError(
                        .argument,
                        "the column '\(column.name)' is a target, but its role is said to be \(role.rawValue)")
                }
                role = .target
            }
            let type = settings.type ?? column.guessedType
            if role == .input, type == nil, settings.processor == nil { role = .reject }
            if role == .input, case .time(let time, _) = options.split, time == column.name, settings.role == nil {
                // The rows to be predicted lie outside of the times that were learnt.
                role = .reject
            }
            var plan = ColumnPlan(
                name: column.name, role: role, type: type, tensor: names[column.name])
            plan.dropsMissing = settings.dropsMissing
            plan.numerical = settings.numerical
            plan.categorical = settings.categorical
            plan.text = settings.text
            plan.image = settings.image
            plan.processor = settings.processor
            let standsAlone =
                plan.processor == nil
                && (type == .image || (type == .text && settings.text.encoding == .sequence))
            plan.input = settings.input ?? (standsAlone ? plan.tensor : ColumnPlan.mainInput)
            return plan
        }
        targets = try options.targets.map { name in
            let said = options.columns[name]?.prediction
            return (name, try said ?? PredictionType(guessedFrom: profile.column(name)))
        }
    }
}
