import Hornbill

/// The layers of the module `layers_convolution`.
let convolutionLayerFactories: LayerFactories = [:]
