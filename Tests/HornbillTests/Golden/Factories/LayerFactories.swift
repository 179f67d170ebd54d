import Hornbill

/// How layers are made of a golden case's configuration, by Keras's class.
typealias LayerFactories = [String: @Sendable (GoldenValue) throws -> Layer]

/// All of them; one table a family of layers.
let layerFactories: LayerFactories = [
    basicLayerFactories,
    convolutionLayerFactories,
    poolingLayerFactories,
    reshapingLayerFactories,
    imageLayerFactories,
    coreLayerFactories,
    normalizationLayerFactories,
    recurrentLayerFactories,
    attentionLayerFactories,
    preprocessingLayerFactories,
].reduce(into: [:]) { all, family in all.merge(family) { known, _ in known } }

extension GoldenValue {
    /// The data format of a layer's configuration; channels last by default.
    var dataFormat: DataFormat { self["data_format"]?.string.flatMap(DataFormat.init) ?? .channelsLast }
}
