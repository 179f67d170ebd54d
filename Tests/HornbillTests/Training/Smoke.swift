import Testing
import Hornbill
import Foundation

@Test func smoke() throws {
    try Session.withNew(seed: 7) {
        let n = 1000
        let x = Tensor.linspace(0, 1, count: n)
        let y = ops.sin(x * (2 * Double.pi))
        let model = Sequential()
        model.add(Dense(32, activation: "sigmoid", kernelInitializer: "uniform", inputDim: 1))
        model.add(Dense(32, activation: "sigmoid", kernelInitializer: "uniform"))
        model.add(Dense(1, kernelInitializer: "uniform"))
        try model.compile(optimizer: "rmsprop", loss: "mse")
        let t = Date()
        let h = try model.fit(x, y, epochs: 3, batchSize: 32, verbose: 1, validationData: (x, y))
        print(Date().timeIntervalSince(t), h.history, h.keys)
        try model.summary()
        print(try model.evaluate(x, y, verbose: 0))
        let p: Tensor = try model.predict(x)
        print(p.shape)
        let a = Input(shape: [3], name: "a"), b = Input(shape: [4])
        let d = Dense(5)
        let m = try Model(inputs: [a, b], outputs: [d(a) * 2, Dense(5)(b)])
        try m.summary()
        let q: [Tensor] = try m.predict([Tensor.ones([7, 3]), Tensor.ones([7, 4])], batchSize: 3)
        print(q)
        let (e, f) = try m.predict(["a": Tensor.ones([7, 3]), b.name: Tensor.ones([7, 4])])
        print(e.shape, f.shape)
    }
}
