/// A table of the page. Its first column names the row.
struct PageTable {
    struct Column {
        var title: String
        var isNumber = false

        static func text(_ title: String) -> Column { Column(title: title) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// What is in the table, for those who do not see what stands around it.
    var caption: Markup
    var columns: [Column]
    var rows: [[Markup]]
    /// Classes of the style sheet: `narrow`; `stacked`, whose cells lie below each other on a phone.
    var style = ""

    /// The table in a frame that scrolls where it is too wide for the window.
    var markup: Markup {
        .element(
            "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": columns[0].title],
            .element(
                "table", ["class": style], .element("caption", caption), head,
                .element("tbody", rows.map { .element("tr", cells($0)) })))
    }

    private var head: Markup {
        .element(
            "thead",
            .element(
                "tr",
                columns.map { column in
                    .element(
                        "th", ["scope": "col", "class": column.isNumber ? "number" : ""], Markup(column.title))
                }))
    }

    private func cells(_ row: [Markup]) -> [Markup] {
        zip(row, columns).enumerated().map { place, cell in
            let (contents, column) = cell
            if place == 0 { return .element("th", ["scope": "row"], contents) }
            // A cell that is an element of its own kind stays what it is.
            if contents.source.hasPrefix("<td") { return contents }
            return .element(
                "td", ["class": column.isNumber ? "number" : "", "data-label": column.title], contents)
        }
    }
}
