import Hornbill

/// The layers of the module `layers_image`.
let imageLayerFactories: LayerFactories = [:]
