import Hornbill

/// The layers of the module `layers_reshaping`.
let reshapingLayerFactories: LayerFactories = [:]
