// An inception block (Szegedy et al., 2015): four ways from one input, side by side, joined along the channels.
import Hornbill
import Support

setRandomSeed(11)

func inception(_ x: SymbolicTensor, name: String) -> SymbolicTensor {
    func convolution(_ x: SymbolicTensor, _ filters: Int, _ size: Int) -> SymbolicTensor {
        Conv2D(filters, kernelSize: [size], padding: .same, activation: .relu)(x)
    }
    let pooled = MaxPooling2D(3, strides: 1, padding: .same)(x)
    return Concatenate(name: name)([
        convolution(x, 8, 1),
        convolution(convolution(x, 8, 1), 16, 3),
        convolution(convolution(x, 4, 1), 8, 5),
        convolution(pooled, 8, 1),
    ])
}

let image = Input(shape: [16, 16, 3], name: "image")
let features = inception(inception(image, name: "first"), name: "second")
let output = Dense(3, activation: .softmax)(GlobalAveragePooling2D()(features))
let model = try Model(inputs: image, outputs: output, name: "inception")
try model.summary()
check(model.output.shape.dimensions == [nil, 3], "three classes")
check(
    try model.getLayer("first").output.shape.dimensions == [nil, 16, 16, 40], "the ways are joined along the channels")

// Images with a bright spot in one of the three channels.
let count = 384
let classes = ops.mod(Tensor.arange(0, count), 3)
let channel = ops.reshape(ops.oneHot(classes, 3), [count, 1, 1, 3])
let row = ops.reshape(ops.oneHot(random.randint([count], minval: 0, maxval: 16), 16), [count, 16, 1, 1])
let column = ops.reshape(ops.oneHot(random.randint([count], minval: 0, maxval: 16), 16), [count, 1, 16, 1])
let images = random.normal([count, 16, 16, 3], stddev: 0.1) + channel * row * column * 4.0

try model.compile(optimizer: .adam(learningRate: 0.005), loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
let history = try model.fit(
    images, classes, epochs: epochs(20, short: 6), batchSize: 32, verbose: 2, validationSplit: 0.25)
let losses = history["loss"]
check(losses[losses.count - 1] < losses[0], "the loss falls")
check(epochs(1, short: 0) == 0 || (history["val_accuracy"].last ?? 0) > 0.9, "it finds the channel of the spot")
