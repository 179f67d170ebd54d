import Hornbill

/// All columns' ways into the model: raw values → codes → the inputs of the user's architecture.
struct FeaturePlan {
    /// A treatment and the input to which its features go.
    struct Route {
        let treatment: any FeatureTreatment
        /// The input of the architecture.
        let input: String
        /// The columns' names, for reports.
        let columns: [String]
    }

    let rawColumns: [RawColumn]
    let routes: [Route]

    /// - Parameters:
    ///   - plans: the columns; those that are no inputs are passed over.
    ///   - profiles: what is known of them, by name.
    ///   - targets: for features that are made of them; those of categories are made of the first.
    ///   - processors: the user's own, by name.
    ///   - seed: what folds come from, for features that need them.
    /// - Throws: kind `argument` for a column without a type or an input that mixes features of different forms,
    ///   `unknownName` for a processor that is not there.
    init(
        _ plans: [ColumnPlan], profiles: TableProfile, targets: [Target],
        processors: FittedProcessor.Known = [:], seed: UInt64
    ) throws {
        var rawColumns: [RawColumn] = []
        var routes: [Route] = []
        /// Numbers that are treated alike go together.
        var groups: [NumberGroup: [(column: Int, name: String, width: Int)]] = [:]
        var groupOrder: [NumberGroup] = []
        for plan in plans where plan.role == .input {
            if let name = plan.processor {
                let processor = try FittedProcessor(name, known: processors, column: plan.name)
                let treatment = ProcessorTreatment(column: rawColumns.count, processor: processor)
                routes.append(Route(treatment: treatment, input: plan.input, columns: [plan.name]))
                rawColumns.append(RawColumn(column: plan.name, input: plan.tensor, format: .processed(processor)))
                continue
            }
            guard let type = plan.type else {
                throw HornbillError(.argument, "the input column '\(plan.name)' needs a type: nothing fits its values")
            }
            let profile = try profiles.column(plan.name)
            let raw = RawColumn(
                column: plan.name, input: plan.tensor, format: try Self.format(plan, type, profile))
            let position = rawColumns.count
            rawColumns.append(raw)
            func route(_ treatment: any FeatureTreatment) {
                routes.append(Route(treatment: treatment, input: plan.input, columns: [plan.name]))
            }
            switch type {
            case .numerical where plan.numerical.bins != nil:
                route(BinTreatment(column: position, bins: plan.numerical.bins ?? 2))
            case .numerical, .date, .vector:
                let group = NumberGroup(treatment: plan.numerical, input: plan.input)
                if groups[group] == nil { groupOrder.append(group) }
                groups[group, default: []].append((position, plan.name, raw.shape.count))
            case .categorical:
                route(CategoryTreatment(column: position, treatment: plan.categorical, target: targets.first))
            case .text where plan.text.encoding == .scores:
                route(ScoreTreatment(column: position, treatment: plan.text, targets: targets, seed: seed))
            case .text: route(WordTreatment(column: position, treatment: plan.text))
            case .image: route(PictureTreatment(column: position, treatment: plan.image))
            }
        }
        let numbers = groupOrder.map { group in
            let members = groups[group] ?? []
            return Route(
                treatment: NumberTreatment(
                    columns: members.map(\.column), names: members.map(\.name), widths: members.map(\.width),
                    treatment: group.treatment), input: group.input, columns: members.map(\.name))
        }
        self.rawColumns = rawColumns
        self.routes = numbers + routes
        guard !self.routes.isEmpty else {
            throw HornbillError(.argument, "no column is left as an input: all are targets, weights or rejected")
        }
    }

    private struct NumberGroup: Hashable {
        var treatment: NumericalTreatment
        var input: String
    }

    private static func format(
        _ plan: ColumnPlan, _ type: ColumnType, _ profile: ColumnProfile
    ) throws -> RawColumn.Format {
        switch type {
        case .numerical: return .number
        case .categorical: return .text
        case .text where plan.text.encoding == .hashing:
            return .hashedWords(bins: plan.text.bins, ngrams: plan.text.longestRun)
        case .text: return .text
        case .date: return .date
        case .vector:
            guard let width = profile.vectorWidth else {
                throw HornbillError(
                    .data,
                    "the column '\(plan.name)' is said to hold vectors, but '\(profile.examples.first ?? "")' is none")
            }
            return .vector(width: width)
        case .image:
            return .image(height: plan.image.height, width: plan.image.width, channels: plan.image.channels)
        }
    }

    /// The values of a row, in the order of ``rawColumns``.
    func values(_ row: TableRow, positions: [Int], folder: String) throws -> [RawValue] {
        try zip(rawColumns, positions).map { column, position in
            try column.value(row[position], row: row.number, folder: folder)
        }
    }

    // MARK: Symbols

    /// The inputs of the saved model.
    func makeRawInputs() -> [SymbolicTensor] {
        rawColumns.map { Input(shape: $0.shape, dtype: $0.dtype, name: $0.input) }
    }

    /// The codes of raw values, by treatment.
    func codes<T: Operand>(_ raw: [T]) -> [T] where T.Leaf == T {
        routes.map { route in route.treatment.code(route.treatment.columns.map { raw[$0] }) }
    }

    /// The inputs of the model that is trained.
    func makeCodeInputs() -> [SymbolicTensor] {
        routes.indices.map { routes[$0].treatment.storage.makeInput(name: "code_\($0)") }
    }

    /// The names of the architecture's inputs, in the order in which columns name them.
    var inputNames: [String] {
        var seen: Set<String> = []
        return routes.map(\.input).filter { seen.insert($0).inserted }
    }

    /// The shapes of the architecture's inputs, without the axis of rows.
    /// - Throws: kind `argument` for an input that mixes features that cannot stand side by side.
    func inputShapes() throws -> [String: Shape] {
        var shapes: [String: Shape] = [:]
        for name in inputNames {
            let members = routes.filter { $0.input == name }
            let parts = members.map(\.treatment.featureShape)
            let alone = members.contains { route in
                let isSequence = (route.treatment as? WordTreatment)?.sequenceVocabulary != nil
                return isSequence || route.treatment.featureShape.rank > 1
            }
            guard !alone || parts.count == 1 else {
                let columns = members.flatMap(\.columns).joined(separator: ", ")
                throw HornbillError(
                    .argument,
                    "the input '\(name)' would mix pictures, sequences or blocks of numbers with other features (\(columns)): give each such column an input of its own"
                )
            }
            shapes[name] = parts.count == 1 ? parts[0] : [parts.reduce(0) { $0 + $1.count }]
        }
        return shapes
    }

    /// The inputs that are sequences of words, and how many numbers words may have there.
    var vocabularySizes: [String: Int] {
        var sizes: [String: Int] = [:]
        for route in routes {
            if let size = (route.treatment as? WordTreatment)?.sequenceVocabulary { sizes[route.input] = size }
        }
        return sizes
    }

    /// The architecture's inputs, made of codes.
    func inputs(_ codes: [SymbolicTensor]) -> [String: SymbolicTensor] {
        var parts: [String: [SymbolicTensor]] = [:]
        for (route, code) in zip(routes, codes) {
            parts[route.input, default: []].append(route.treatment.encode(code))
        }
        return parts.mapValues { $0.count == 1 ? $0[0] : Concatenate()($0) }
    }
}
