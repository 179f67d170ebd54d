import Hornbill

/// The layers of the module `layers_pooling`.
let poolingLayerFactories: LayerFactories = [:]
