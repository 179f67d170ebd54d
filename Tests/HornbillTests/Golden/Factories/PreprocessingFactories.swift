import Hornbill

/// The layers of the module `layers_preprocessing`.
let preprocessingLayerFactories: LayerFactories = [:]
