import ArgumentParser
import Hornbill

/// `hornbill summary`
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Prints the layers, their output shapes and their numbers of parameters.")

    @OptionGroup var model: ModelArguments
    @Flag(help: "Show the layers of models inside the model too.") var expandNested = false
    @Flag(help: "Show which layers are trained.") var showTrainable = false
    @Flag(help: "Print JSON, for programs to read.") var json = false

    func run() throws {
        let model = try model.load(compile: true)
        guard json else {
            let text = try model.summaryText(expandNested: expandNested, showTrainable: showTrainable)
            print(
                text.split(separator: "\n", omittingEmptySubsequences: false).map { Text.line(String($0)) }.joined(
                    separator: "\n"))
            return
        }
        print(Report.json(try report(model)), terminator: "")
    }

    private func report(_ model: Model) throws -> [(String, ConfigValue)] {
        func count(_ weights: [Variable]) -> ConfigValue { .int(weights.reduce(0) { $0 + $1.count }) }
        return [
            ("name", .string(model.name)), ("class_name", .string(model.kerasClassName)),
            ("layers", .list(model.operations.map(entry))), ("total_params", count(model.weights)),
            ("trainable_params", count(model.trainableWeights)),
            ("non_trainable_params", count(model.nonTrainableWeights)),
            ("optimizer_params", model.optimizer.map { count($0.variables) } ?? .null),
        ]
    }

    private func entry(_ layer: Layer) -> ConfigValue {
        let shapes = layer.inboundNodes.last.map { $0.symbols.leaves.map(\.shape) } ?? []
        var object: Config = [
            "name": .string(layer.name), "class_name": .string(layer.kerasClassName),
            "output_shapes": .list(shapes.map { .list($0.dimensions.map { ConfigValue($0) }) }),
            "params": .int(layer.weights.reduce(0) { $0 + $1.count }), "trainable": .bool(layer.trainable),
        ]
        if expandNested, let inner = layer as? Model { object["layers"] = .list(inner.operations.map(entry)) }
        return .object(object)
    }
}
