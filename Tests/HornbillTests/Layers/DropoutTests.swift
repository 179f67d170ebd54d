import Foundation
import Hornbill
import Testing

@Suite struct DropoutTests {
    private func train(_ layer: Layer, _ x: Tensor) throws -> [Double] { try layer(x, training: true).doubles() }

    @Test func `dropout sets a share to zero and scales the others`() throws {
        let values = try Session.withNew(seed: 1) { try train(Dropout(0.3), Tensor.ones([100, 100])) }
        let zeros = values.count { $0 == 0 }
        #expect(abs(Double(zeros) / 10_000 - 0.3) < 0.025)
        #expect(values.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
    }

    @Test func `dropout does nothing without training, and all of it with a rate of 1`() throws {
        let x = random.normal([3, 4], seed: 1)
        #expect(try Dropout(0.5)(x).doubles() == x.doubles())
        #expect(try train(Dropout(0), x) == x.doubles())
        #expect(try train(Dropout(1), x).allSatisfy { $0 == 0 })
    }

    @Test func `draws differ from call to call, and repeat with the seed`() throws {
        func draws(_ seed: Int?) throws -> [[Double]] {
            let layer = Dropout(0.5, seed: seed)
            return try (0..<3).map { _ in try train(layer, Tensor.ones([64])) }
        }
        let first = try draws(7)
        #expect(first[0] != first[1] && first[1] != first[2])
        #expect(try draws(7) == first)
        #expect(try draws(8) != first)
        let (a, b) = (try Session.withNew(seed: 4) { try draws(nil) }, try Session.withNew(seed: 4) { try draws(nil) })
        #expect(a == b)
    }

    @Test func `a noise shape shares draws along an axis`() throws {
        let values = try train(Dropout(0.5, noiseShape: [nil, 1, nil], seed: 2), Tensor.ones([8, 5, 6]))
        for sample in 0..<8 {
            for channel in 0..<6 {
                let column = (0..<5).map { values[(sample * 5 + $0) * 6 + channel] }
                #expect(Set(column).count == 1)
            }
        }
        #expect(Set(values).count == 2)
    }

    @Test func `spatial dropout drops whole channels`() throws {
        let values = try train(SpatialDropout2D(0.5, seed: 3), Tensor.ones([6, 2, 3, 8]))
        for sample in 0..<6 {
            for channel in 0..<8 {
                #expect(Set((0..<6).map { values[(sample * 6 + $0) * 8 + channel] }).count == 1)
            }
        }
        #expect(Set(values).count == 2)
        let first = try train(SpatialDropout2D(0.5, dataFormat: .channelsFirst, seed: 3), Tensor.ones([4, 3, 5, 5]))
        for plane in 0..<12 { #expect(Set(first[plane * 25..<(plane + 1) * 25]).count == 1) }
    }

    @Test func `noise has the mean and deviation asked for`() throws {
        func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
            let mean = values.reduce(0, +) / Double(values.count)
            return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
        }
        let noise = moments(try train(GaussianNoise(0.4, seed: 1), Tensor.ones([20_000])))
        #expect(abs(noise.mean - 1) < 0.02 && abs(noise.deviation - 0.4) < 0.02)
        let factors = moments(try train(GaussianDropout(0.2, seed: 1), Tensor.ones([20_000])))
        #expect(abs(factors.mean - 1) < 0.02 && abs(factors.deviation - 0.5) < 0.02)
        let standard = random.normal([20_000], seed: 9)
        let alpha = moments(try train(AlphaDropout(0.2, seed: 1), standard))
        #expect(abs(alpha.mean) < 0.04 && abs(alpha.deviation - 1) < 0.04)
    }

    @Test func `a compiled training step draws anew each time`() throws {
        try Session.withNew(seed: 2) {
            let model = Sequential([Dropout(0.5, inputShape: [64])])
            try model.compile(optimizer: .sgd, loss: .mae)
            let (x, y) = (Tensor.ones([1, 64]), Tensor.zeros([1, 64]))
            let losses = try (0..<5).map { _ in try model.fit(x, y, epochs: 1, verbose: 0)["loss"].first ?? .nan }
            #expect(Set(losses).count > 1)
        }
    }

    @Test(arguments: [-0.1, 1.5, .nan])
    func `a rate outside of 0 … 1 is an error`(_ rate: Double) {
        for layer in [Dropout(rate), AlphaDropout(rate), GaussianDropout(rate), GaussianNoise(rate)] {
            let error = #expect(throws: HornbillError.self) { try layer(Tensor.ones([2, 3])).validated() }
            #expect(error?.kind == .argument)
            #expect(error?.message.contains("within 0 … 1") == true)
        }
    }
}
