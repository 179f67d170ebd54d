import Hornbill

/// The layers of the module `layers_normalization`.
let normalizationLayerFactories: LayerFactories = [:]
