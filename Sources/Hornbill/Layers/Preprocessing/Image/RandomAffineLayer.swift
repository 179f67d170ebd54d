import HornbillEngine

/// What layers that move the pixels of images by linear maps share.
public class RandomAffineLayer: RandomImageLayer {
    public let fillMode: ImageFillMode
    public let interpolation: ResizeInterpolation
    public let fillValue: Double

    init(
        fillMode: ImageFillMode, interpolation: ResizeInterpolation, seed: Int?, fillValue: Double,
        dataFormat: DataFormat, inputShape: PartialShape?, name: String?, dtype: DTypePolicy?
    ) {
        self.fillMode = fillMode
        self.interpolation = interpolation
        self.fillValue = fillValue
        super.init(seed: seed, dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    /// For each new pixel (x, y) the old one at (a x + b y + c, d x + e y + f); each number for each image, as it was drawn.
    func map(_ x: Tensor, height: Double, width: Double) -> (
        a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor
    ) {
        let zero = draw(FactorRange(0), for: x)
        return (zero + 1, zero, zero, zero, zero + 1, zero)
    }

    override final func transform(_ x: Tensor) throws -> Tensor {
        let row = rowAxis(x)
        let map = self.map(x, height: Double(x.shape[row]), width: Double(x.shape[row + 1]))
        let numbers = [map.a, map.b, map.c, map.d, map.e, map.f].map { ops.reshape($0, [-1, 1]) }
        let none = ops.zerosLike(numbers[0])
        return ops.image.affineTransform(
            x, ops.concatenate(numbers + [none, none], axis: 1), interpolation: interpolation, fillMode: fillMode,
            fillValue: fillValue, dataFormat: dataFormat)
    }

    /// The entries of the configuration after the factors.
    final var affineConfig: Config {
        [
            "fill_mode": .string(fillMode.rawValue), "interpolation": .string(interpolation.rawValue),
            "seed": ConfigValue(seed), "fill_value": .double(fillValue),
        ]
    }
}
