// ResNet-20 (He et al., 2016) on synthetic 32×32 textures: stripes of four directions under noise, of any phase, width
// and colour.
import Foundation
import Hornbill
import Support

setRandomSeed(5)

// MARK: Data

/// Textures and their classes: the direction of the stripes.
func textures(_ count: Int) throws -> (images: Tensor, classes: Tensor) {
    let classes = ops.mod(Tensor.arange(0, count), 4)
    let angle = ops.reshape(classes.cast(to: .float32) * (Double.pi / 4), [count, 1, 1, 1])
    let y = ops.reshape(Tensor.arange(0, 32).cast(to: .float32), [1, 32, 1, 1])
    let x = ops.reshape(Tensor.arange(0, 32).cast(to: .float32), [1, 1, 32, 1])
    let frequency = random.uniform([count, 1, 1, 1], minval: 0.5, maxval: 1.2)
    let phase = random.uniform([count, 1, 1, 1], maxval: 2 * Double.pi)
    let stripes = ops.sin((x * ops.cos(angle) + y * ops.sin(angle)) * frequency + phase)
    let colour = random.uniform([count, 1, 1, 3], minval: 0.3)
    let images = stripes * colour + random.normal([count, 32, 32, 3], stddev: 0.5)
    return (try images.validated(), try classes.validated())
}

let training = try textures(epochs(4096, short: 256))
let test = try textures(256)

// MARK: Model

/// Two convolutions and a way past them.
func block(_ input: SymbolicTensor, filters: Int, strides: Int) -> SymbolicTensor {
    func convolution(_ x: SymbolicTensor, _ strides: Int, kernelSize: Int = 3) -> SymbolicTensor {
        let convolved = Conv2D(
            filters, kernelSize: [kernelSize], strides: [strides], padding: .same, useBias: false,
            kernelInitializer: "he_normal")(x)
        return BatchNormalization(momentum: 0.9)(convolved)
    }
    let inner = convolution(Activation(.relu)(convolution(input, strides)), 1)
    let shortcut = strides == 1 ? input : convolution(input, strides, kernelSize: 1)
    return Activation(.relu)(Add()([inner, shortcut]))
}

let input = Input(shape: [32, 32, 3])
var x = Conv2D(16, kernelSize: 3, padding: .same, useBias: false, kernelInitializer: "he_normal")(input)
x = Activation(.relu)(BatchNormalization(momentum: 0.9)(x))
for (stage, filters) in [16, 32, 64].enumerated() {
    for number in 0..<3 { x = block(x, filters: filters, strides: stage > 0 && number == 0 ? 2 : 1) }
}
let output = Dense(4, activation: .softmax)(GlobalAveragePooling2D()(x))
let model = try Model(inputs: input, outputs: output, name: "resnet20")
print("\(try model.countParams()) parameters")

try model.compile(
    optimizer: Optimizers.SGD(learningRate: 0.1, momentum: 0.9), loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"])
let history = try model.fit(
    training.images, training.classes, epochs: epochs(4, short: 2), batchSize: epochs(128, short: 32), verbose: 2)

let accuracy = try model.evaluate(test.images, test.classes, verbose: 0)["accuracy"] ?? 0
print("accuracy on textures it never saw: \(accuracy)")
let losses = history["loss"]
check(losses[losses.count - 1] < losses[0], "the loss falls")
check(accuracy >= (epochs(1, short: 0) == 1 ? 0.95 : 0.0), "it tells directions apart")
