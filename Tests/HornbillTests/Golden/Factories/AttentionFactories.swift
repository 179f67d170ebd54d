import Hornbill

/// The layers of the module `layers_attention`.
let attentionLayerFactories: LayerFactories = [:]
