// A convolutional autoencoder takes the noise out of handwritten digits.
import Hornbill
import Support

setRandomSeed(23)

let clean = try readDigits().images
let noisy = ops.clip(clean + random.normal(clean.shape, stddev: 0.3), 0, 1)
let held = 300

// MARK: Encoder and decoder: models of their own, and the model of both

let encoder = Sequential(name: "encoder") {
    Input(shape: [8, 8, 1])
    Conv2D(32, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
    Conv2D(16, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
}
let decoder = Sequential(name: "decoder") {
    Input(shape: [2, 2, 16])
    Conv2DTranspose(16, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
    Conv2DTranspose(32, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
    Conv2D(1, kernelSize: 3, padding: .same, activation: .sigmoid)
}
let image = Input(shape: [8, 8, 1])
let autoencoder = try Model(inputs: image, outputs: decoder(encoder(image)), name: "autoencoder")
try autoencoder.summary()

try autoencoder.compile(optimizer: .adam(learningRate: 0.002), loss: "mse")
try autoencoder.fit(
    noisy[held...], clean[held...], epochs: epochs(30, short: 5), batchSize: 64, verbose: 2,
    validationData: (noisy[0..<held], clean[0..<held]))

let denoised: Tensor = try autoencoder.predict(noisy[0..<held])
/// The mean squared distance to the clean images.
func error(_ images: Tensor) throws -> Double { try ops.mean(ops.square(images - clean[0..<held])).doubles()[0] }
let (before, after) = (try error(noisy[0..<held]), try error(denoised))
print("mean squared error: \(before) with noise, \(after) without")
check(after < before * (epochs(1, short: 0) == 1 ? 0.5 : 1), "noise is taken out")
let codes: Tensor = try encoder.predict(noisy[0..<held])
check(codes.shape == [held, 2, 2, 16], "the code is the encoder's output")
