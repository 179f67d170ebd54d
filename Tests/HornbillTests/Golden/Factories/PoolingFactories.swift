import Hornbill

/// The layers of the module `layers_pooling`.
let poolingLayerFactories: LayerFactories = [
    "MaxPooling1D": { pool(MaxPooling1D.self, $0) }, "MaxPooling2D": { pool(MaxPooling2D.self, $0) },
    "MaxPooling3D": { pool(MaxPooling3D.self, $0) }, "AveragePooling1D": { pool(AveragePooling1D.self, $0) },
    "AveragePooling2D": { pool(AveragePooling2D.self, $0) }, "AveragePooling3D": { pool(AveragePooling3D.self, $0) },
    "GlobalMaxPooling1D": { global(GlobalMaxPooling1D.self, $0) },
    "GlobalMaxPooling2D": { global(GlobalMaxPooling2D.self, $0) },
    "GlobalMaxPooling3D": { global(GlobalMaxPooling3D.self, $0) },
    "GlobalAveragePooling1D": { global(GlobalAveragePooling1D.self, $0) },
    "GlobalAveragePooling2D": { global(GlobalAveragePooling2D.self, $0) },
    "GlobalAveragePooling3D": { global(GlobalAveragePooling3D.self, $0) },
]

private func pool(_ type: BasePooling.Type, _ config: GoldenValue) -> Layer {
    type.init(
        poolSize: config.sizes("pool_size") ?? 2, strides: config.sizes("strides"), padding: config.padding,
        dataFormat: config.dataFormat)
}

private func global(_ type: BaseGlobalPooling.Type, _ config: GoldenValue) -> Layer {
    type.init(dataFormat: config.dataFormat, keepdims: config["keepdims"]?.bool ?? false)
}
