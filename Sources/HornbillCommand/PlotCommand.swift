import ArgumentParser
import Hornbill

/// `hornbill plot`
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot", abstract: "Draws the layers and how they are connected.")

    @OptionGroup var model: ModelArguments
    @Option(name: .shortAndLong, help: "The picture: .png, .svg, .pdf or .dot.") var output = "model.png"
    @Flag(help: "Write the shapes of inputs and outputs.") var showShapes = false
    @Flag(help: "Write the types of the layers.") var showDtype = false
    @Flag(help: "Write the names of the layers.") var showLayerNames = false
    @Flag(help: "Write the activations of the layers that have one.") var showLayerActivations = false
    @Flag(help: "Show which layers are trained.") var showTrainable = false
    @Option(help: "The direction: TB, from top to bottom, or LR, from left to right.") var rankdir = "TB"
    @Flag(help: "Draw the layers of models inside the model too.") var expandNested = false
    @Option(help: "Points an inch.") var dpi = 200

    func run() throws {
        try plotModel(
            model.load(), to: output, showShapes: showShapes, showDtype: showDtype, showLayerNames: showLayerNames,
            rankdir: rankdir, expandNested: expandNested, dpi: dpi, showLayerActivations: showLayerActivations,
            showTrainable: showTrainable)
    }
}
