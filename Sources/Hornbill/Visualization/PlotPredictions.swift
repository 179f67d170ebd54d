import HornbillEngine

/// Draws what a model predicts beside what is true, over the input.
///
/// ```swift
/// try plot(predictions: try model.predict(x), truth: y, over: x, to: "sine.png")
/// ```
/// - Parameters:
///   - predictions: one value a row; for several columns, or several tensors, there is a panel for each.
///   - truth: the same for what is true.
///   - x: one value a row for the horizontal axis; the numbers of the rows if nil.
///   - path: the file, as `.png` or `.svg`.
///   - titles: a title for each panel.
/// - Throws: kind `shape` if the numbers of values differ, `argument` for another ending, `file` if gnuplot is missing or
///   the file cannot be written.
public func plot(
    predictions: [Tensor], truth: [Tensor], over x: Tensor? = nil, to path: String, titles: [String] = []
) throws {
    try predictionChart(predictions, truth, over: x, titles: titles).draw(to: path)
}

/// What is drawn.
package func predictionChart(
    _ predictions: [Tensor], _ truth: [Tensor], over x: Tensor?, titles: [String]
) throws -> Chart {
    guard predictions.count == truth.count else {
        throw HornbillError(.shape, "there are \(predictions.count) predictions and \(truth.count) truths to plot")
    }
    var panels: [Chart.Panel] = []
    for (prediction, truth) in zip(predictions, truth) {
        let (predicted, wanted) = (try columns(prediction), try columns(truth))
        guard predicted.count == wanted.count, predicted.first?.count == wanted.first?.count else {
            throw HornbillError(
                .shape, "predictions of the shape \(prediction.shape) cannot be plotted with truths of \(truth.shape)")
        }
        let rows = predicted.first?.count ?? 0
        let places = try x.map { try columns($0).first ?? [] } ?? (0..<rows).map(Double.init)
        guard places.count == rows else {
            throw HornbillError(.shape, "there are \(rows) predictions, but \(places.count) places to plot them over")
        }
        // Lines go from left to right.
        let order = places.indices.sorted { places[$0] < places[$1] }
        for (values, truths) in zip(predicted, wanted) {
            let sorted = order.map { places[$0] }
            let title = titles.indices.contains(panels.count) ? titles[panels.count] : "output \(panels.count + 1)"
            panels.append(
                Chart.Panel(
                    title: title, xTitle: x == nil ? "row" : "x", yTitle: "y",
                    curves: [
                        .init(title: "prediction", x: sorted, y: order.map { values[$0] }),
                        .init(title: "truth", x: sorted, y: order.map { truths[$0] }, isPoints: true),
                    ]))
        }
    }
    return Chart(panels: panels)
}

/// Draws what a model predicts beside what is true, for a model of one output.
public func plot(
    predictions: Tensor, truth: Tensor, over x: Tensor? = nil, to path: String, title: String = "prediction and truth"
) throws {
    try plot(predictions: [predictions], truth: [truth], over: x, to: path, titles: [title])
}

/// The values of a tensor by column; a tensor of rank 1 is one.
private func columns(_ tensor: Tensor) throws -> [[Double]] {
    let values = try tensor.doubles()
    guard tensor.rank > 0 else { return [values] }
    let width = tensor.shape.dimensions.dropFirst().reduce(1, *)
    guard width > 0, tensor.shape[0] > 0 else { return [[]] }
    return (0..<width).map { column in stride(from: column, to: values.count, by: width).map { values[$0] } }
}
