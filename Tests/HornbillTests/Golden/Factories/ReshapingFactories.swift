import Hornbill

/// The layers of the module `layers_reshaping`.
let reshapingLayerFactories: LayerFactories = [
    "ZeroPadding1D": { config in
        let padding = config["padding"]
        if let number = padding?.int { return ZeroPadding1D(number, dataFormat: config.dataFormat) }
        guard let pair = padding?.ints, pair.count == 2 else { return ZeroPadding1D(dataFormat: config.dataFormat) }
        return ZeroPadding1D(padding: (pair[0], pair[1]), dataFormat: config.dataFormat)
    },
    "Cropping1D": { config in
        let cropping = config["cropping"]
        if let number = cropping?.int { return Cropping1D(number, dataFormat: config.dataFormat) }
        guard let pair = cropping?.ints, pair.count == 2 else { return Cropping1D(dataFormat: config.dataFormat) }
        return Cropping1D(cropping: (pair[0], pair[1]), dataFormat: config.dataFormat)
    },
    "ZeroPadding2D": { config in
        let format = config.dataFormat
        switch config.borders("padding") {
        case nil: return ZeroPadding2D(dataFormat: format)
        case .one(let number): return ZeroPadding2D(number, dataFormat: format)
        case .each(let axes): return ZeroPadding2D(padding: (axes[0], axes[1]), dataFormat: format)
        case .pairs(let axes): return ZeroPadding2D(padding: (axes[0], axes[1]), dataFormat: format)
        }
    },
    "Cropping2D": { config in
        let format = config.dataFormat
        switch config.borders("cropping") {
        case nil: return Cropping2D(dataFormat: format)
        case .one(let number): return Cropping2D(number, dataFormat: format)
        case .each(let axes): return Cropping2D(cropping: (axes[0], axes[1]), dataFormat: format)
        case .pairs(let axes): return Cropping2D(cropping: (axes[0], axes[1]), dataFormat: format)
        }
    },
    "ZeroPadding3D": { config in
        let format = config.dataFormat
        switch config.borders("padding") {
        case nil: return ZeroPadding3D(dataFormat: format)
        case .one(let number): return ZeroPadding3D(number, dataFormat: format)
        case .each(let axes): return ZeroPadding3D(padding: (axes[0], axes[1], axes[2]), dataFormat: format)
        case .pairs(let axes): return ZeroPadding3D(padding: (axes[0], axes[1], axes[2]), dataFormat: format)
        }
    },
    "Cropping3D": { config in
        let format = config.dataFormat
        switch config.borders("cropping") {
        case nil: return Cropping3D(dataFormat: format)
        case .one(let number): return Cropping3D(number, dataFormat: format)
        case .each(let axes): return Cropping3D(cropping: (axes[0], axes[1], axes[2]), dataFormat: format)
        case .pairs(let axes): return Cropping3D(cropping: (axes[0], axes[1], axes[2]), dataFormat: format)
        }
    },
    "UpSampling1D": { UpSampling1D($0["size"]?.int ?? 2) },
    "UpSampling2D": { config in
        let interpolation = config["interpolation"]?.string.flatMap(ResizeInterpolation.init) ?? .nearest
        let size = config["size"]?.ints ?? [2]
        guard size.count == 2 else {
            return UpSampling2D(size[0], dataFormat: config.dataFormat, interpolation: interpolation)
        }
        return UpSampling2D(
            size: (size[0], size[1]), dataFormat: config.dataFormat, interpolation: interpolation)
    },
    "UpSampling3D": { config in
        let size = config["size"]?.ints ?? [2]
        guard size.count == 3 else { return UpSampling3D(size[0], dataFormat: config.dataFormat) }
        return UpSampling3D(size: (size[0], size[1], size[2]), dataFormat: config.dataFormat)
    },
]

/// Keras's three forms of borders.
private enum Borders {
    case one(Int)
    case each([Int])
    case pairs([(Int, Int)])
}

extension GoldenValue {
    fileprivate func borders(_ key: String) -> Borders? {
        guard let value = self[key] else { return nil }
        if let number = value.int { return .one(number) }
        guard let list = value.list else { return nil }
        let numbers = list.compactMap(\.int)
        if numbers.count == list.count { return .each(numbers) }
        return .pairs(list.compactMap { pair in pair.ints.map { ($0[0], $0[1]) } })
    }

}
