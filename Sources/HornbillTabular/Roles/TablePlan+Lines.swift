extension TablePlan {
    /// What was found and decided, a line for each column, as it is shown before a training.
    func lines(_ profile: TableProfile) -> [String] {
        var lines = ["\(profile.file.path): \(profile.rows) rows, \(profile.columns.count) columns"]
        if profile.skippedRows > 0 {
            lines.append("\(profile.skippedRows) rows with a wrong number of fields are skipped")
        }
        let width = min(columns.map(\.name.count).max() ?? 0, 40)
        for (plan, column) in zip(columns, profile.columns) {
            let name = plan.name.padding(to: width)
            var facts: [String] = []
            if let target = targets.first(where: { $0.name == plan.name }) {
                facts.append(target.type.rawValue)
            } else if let processor = plan.processor {
                facts.append("processor \(processor)")
            } else if let type = plan.type {
                facts.append(type.rawValue)
            } else {
                facts.append(column.present == 0 ? "no values" : "a word of its own in most rows")
            }
            if let distinct = column.distinct, plan.type == .categorical || plan.role == .target {
                facts.append("\(distinct) values")
            }
            if column.missing > 0 { facts.append("\(column.missing) missing") }
            if plan.role == .input, plan.input != ColumnPlan.mainInput { facts.append("→ \(plan.input)") }
            lines.append("  \(name)  \(plan.role.rawValue.padding(to: 6))  \(facts.joined(separator: ", "))")
        }
        return lines
    }
}

extension String {
    /// The text with blanks behind it, so that it is at least so long.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
