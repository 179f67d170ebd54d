import HornbillEngine

/// The table that stands for a layer in a picture: its name and class, activation, shapes, type, whether it is trained.
struct LayerTable {
    private let layer: Layer
    private let drawing: ModelDrawing

    init(_ layer: Layer, _ drawing: ModelDrawing) {
        self.layer = layer
        self.drawing = drawing
    }

    var text: String {
        let cells = self.cells
        let width = max(1, (drawing.showDtype ? 1 : 0) + (drawing.showTrainable ? 1 : 0) + (drawing.showShapes ? 2 : 0))
        var text = #"<table border="0" cellborder="1" bgcolor="black" cellpadding="10">"#
        let name = DOTGraph.escaped(layer.name)
        let kind = DOTGraph.escaped(layer.kerasClassName)
        text += #"<tr><td colspan="\#(width)" bgcolor="black"><font point-size="16" color="white">"#
        text += drawing.showLayerNames ? "<b>\(name)</b> (\(kind))" : "<b>\(kind)</b>"
        text += "</font></td></tr>"
        if drawing.showLayerActivations, let activation {
            text += #"<tr><td bgcolor="white" colspan="\#(width)"><font point-size="14">"#
            text += "Activation: <b>\(DOTGraph.escaped(activation))</b></font></td></tr>"
        }
        if !cells.isEmpty { text += "<tr>\(cells.joined())</tr>" }
        return text + "</table>"
    }

    private var cells: [String] {
        var cells: [String] = []
        let call = layer.inboundNodes.first
        if drawing.showShapes {
            if !(layer is InputLayer) {
                let known = call?.operands.map(\.shape)
                cells.append(Self.white("Input shape", known.map(Self.describe) ?? "?"))
            }
            cells.append(Self.white("Output shape", call.map { Self.describe($0.outputs.map(\.shape)) } ?? "?"))
        }
        if drawing.showDtype {
            let types = call?.outputs.map(\.dtype.rawValue)
            let text = types.map { $0.count == 1 ? $0[0] : "[\($0.map { "'\($0)'" }.joined(separator: ", "))]" }
            cells.append(Self.white("Output dtype", text ?? "?"))
        }
        if drawing.showTrainable, !layer.weights.isEmpty {
            let color = layer.trainable ? "forestgreen" : "firebrick"
            let word = layer.trainable ? "Trainable" : "Non-trainable"
            cells.append(
                #"<td bgcolor="\#(color)"><font point-size="14" color="white"><b>\#(word)</b></font></td>"#)
        }
        return cells
    }

    private static func white(_ title: String, _ value: String) -> String {
        #"<td bgcolor="white"><font point-size="14">\#(title): <b>\#(DOTGraph.escaped(value))</b></font></td>"#
    }

    /// Shapes as Python prints tuples: `(None, 4)`, `(None,)`, and several in a list.
    private static func describe(_ shapes: [PartialShape]) -> String {
        let texts = shapes.map { shape in
            let sizes = shape.dimensions.map { $0.map(String.init) ?? "None" }
            return "(\(sizes.joined(separator: ", "))\(sizes.count == 1 ? "," : ""))"
        }
        return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }

    /// The name of the activation of a layer that has one.
    private var activation: String? {
        switch layer.getConfig()["activation"] {
        case .string(let name): name
        case .object(let object):
            if case .string(let name)? = object["registered_name"] { name } else { "activation" }
        default: nil
        }
    }
}
