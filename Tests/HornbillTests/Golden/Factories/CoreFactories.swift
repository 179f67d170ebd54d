import Hornbill

/// The layers of the module `layers_core`.
let coreLayerFactories: LayerFactories = [:]
