import HornbillEngine

/// Draws a model: a table for each layer, arrows between them.
///
/// ```swift
/// try plotModel(model, to: "model.png", showShapes: true)
/// ```
/// Graphviz draws it: `apt-get install graphviz`. Follows Keras's
/// [plot_model](https://keras.io/api/utils/model_plotting_utils/).
/// - Parameters:
///   - path: the file, as `.png`, `.svg`, `.pdf`, or `.dot` for the text that Graphviz reads.
///   - showShapes: whether the shapes of inputs and outputs are shown.
///   - showDtype: whether the types of the outputs are shown.
///   - showLayerNames: whether the names are shown, and not only the classes.
///   - rankdir: `"TB"` from top to bottom, `"LR"` from left to right.
///   - expandNested: whether the layers of models inside are shown, each model in a frame.
///   - dpi: dots an inch, of a `.png`.
///   - showLayerActivations: whether activations are shown.
///   - showTrainable: whether it is shown which layers are trained.
///   - splines: how arrows run: `"ortho"`, `"curved"`, `"polyline"`, `"spline"`, `"line"`.
/// - Throws: kind `state` for a model that is not built, `argument` for an ending that stands for no form, `file` if
///   Graphviz is missing or the file cannot be written.
public func plotModel(
    _ model: Model, to path: String = "model.png", showShapes: Bool = false, showDtype: Bool = false,
    showLayerNames: Bool = false, rankdir: String = "TB", expandNested: Bool = false, dpi: Int = 200,
    showLayerActivations: Bool = false, showTrainable: Bool = false, splines: String = "ortho"
) throws {
    let format = try PictureFormat.of(path, allowed: PictureFormat.allCases)
    // An SVG is measured in points; at other resolutions Graphviz's older versions draw it beyond its own edges.
    let text = try modelToDOT(
        model, showShapes: showShapes, showDtype: showDtype, showLayerNames: showLayerNames, rankdir: rankdir,
        expandNested: expandNested, dpi: format == .svg ? 72 : dpi, showLayerActivations: showLayerActivations,
        showTrainable: showTrainable, splines: splines)
    if format == .dot {
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write(path, [$0]) }
    } else {
        try DrawingProgram.dot.draw(text, to: path) { ["-T\(format.rawValue)", "-o", $1, $0] }
    }
}

/// The model in the language of Graphviz, as ``plotModel(_:to:showShapes:showDtype:showLayerNames:rankdir:expandNested:dpi:showLayerActivations:showTrainable:splines:)``
/// draws it. Follows Keras's `model_to_dot`.
public func modelToDOT(
    _ model: Model, showShapes: Bool = false, showDtype: Bool = false, showLayerNames: Bool = true,
    rankdir: String = "TB", expandNested: Bool = false, dpi: Int = 200, showLayerActivations: Bool = false,
    showTrainable: Bool = false, splines: String = "ortho"
) throws -> String {
    try (model as? Sequential)?.checkFailure()
    let drawing = ModelDrawing(
        showShapes: showShapes, showDtype: showDtype, showLayerNames: showLayerNames, rankdir: rankdir,
        expandNested: expandNested, dpi: dpi, showLayerActivations: showLayerActivations, showTrainable: showTrainable,
        splines: splines)
    return try drawing.text(of: model)
}
