import Hornbill

/// The layers of the module `layers_image`.
let imageLayerFactories: LayerFactories = [
    "Rescaling": { config in
        Rescaling(config["scale"]?.doubles ?? [], offset: config["offset"]?.doubles ?? [0])
    },
    "Resizing": { config in
        Resizing(
            config["height"]?.int ?? 0, config["width"]?.int ?? 0, interpolation: config.interpolation,
            cropToAspectRatio: config["crop_to_aspect_ratio"]?.bool ?? false,
            padToAspectRatio: config["pad_to_aspect_ratio"]?.bool ?? false,
            fillValue: config["fill_value"]?.double ?? 0, antialias: config["antialias"]?.bool ?? false,
            dataFormat: config.dataFormat)
    },
    "CenterCrop": { config in
        CenterCrop(config["height"]?.int ?? 0, config["width"]?.int ?? 0, dataFormat: config.dataFormat)
    },
    "RandomFlip": { config in
        RandomFlip(
            config["mode"]?.string.flatMap(FlipMode.init) ?? .horizontalAndVertical, seed: config["seed"]?.int,
            dataFormat: config.dataFormat)
    },
    "RandomRotation": { config in
        RandomRotation(
            config.factor("factor") ?? 0, fillMode: config.fillMode, interpolation: config.interpolation,
            fillValue: config["fill_value"]?.double ?? 0, dataFormat: config.dataFormat)
    },
    "RandomZoom": { config in
        RandomZoom(
            config.factor("height_factor") ?? 0, config.factor("width_factor"), fillMode: config.fillMode,
            interpolation: config.interpolation, fillValue: config["fill_value"]?.double ?? 0,
            dataFormat: config.dataFormat)
    },
    "RandomTranslation": { config in
        RandomTranslation(
            config.factor("height_factor") ?? 0, config.factor("width_factor") ?? 0, fillMode: config.fillMode,
            interpolation: config.interpolation, fillValue: config["fill_value"]?.double ?? 0,
            dataFormat: config.dataFormat)
    },
    "RandomContrast": { config in
        RandomContrast(
            config.factor("factor") ?? 0, valueRange: config.valueRange, dataFormat: config.dataFormat)
    },
    "RandomBrightness": { config in
        RandomBrightness(config.factor("factor") ?? 0, valueRange: config.valueRange)
    },
    "RandomCrop": { config in
        RandomCrop(
            config["height"]?.int ?? 0, config["width"]?.int ?? 0, seed: config["seed"]?.int,
            dataFormat: config.dataFormat)
    },
]

extension GoldenValue {
    fileprivate var interpolation: ResizeInterpolation {
        self["interpolation"]?.string.flatMap(ResizeInterpolation.init) ?? .bilinear
    }
    fileprivate var fillMode: ImageFillMode { self["fill_mode"]?.string.flatMap(ImageFillMode.init) ?? .reflect }
    fileprivate var valueRange: (Double, Double) {
        guard let range = self["value_range"]?.doubles, range.count == 2 else { return (0, 255) }
        return (range[0], range[1])
    }
    fileprivate func factor(_ key: String) -> FactorRange? {
        guard let numbers = self[key]?.doubles else { return nil }
        return numbers.count == 2 ? FactorRange(numbers[0], numbers[1]) : numbers.first.map { FactorRange($0) }
    }
}
