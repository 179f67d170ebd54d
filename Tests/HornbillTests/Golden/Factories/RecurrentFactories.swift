import Hornbill

/// The layers of the module `layers_recurrent`.
let recurrentLayerFactories: LayerFactories = [:]
