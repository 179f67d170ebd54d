// Times layers alone: forward, and forward with the gradients for input and weights, each as one compiled plan whose
// results stay in memory that is there already. Prints a JSON line for each:
// {"peer": "hornbill", "layer": "conv2d 1x1", "forward_ms": 0.5, "both_ms": 1.5}.
//
// usage: LayerTimings [NAME …]
import Foundation
import Hornbill

let chosen = Array(CommandLine.arguments.dropFirst())

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}

/// The fastest of many runs, within about half a second.
func best(_ body: () throws -> Void) rethrows -> Double {
    var (fastest, total) = (Double.infinity, 0.0)
    for _ in 0..<3 { try body() }
    while total < 500 {
        let start = ContinuousClock.now
        try body()
        let time = start.duration(to: .now).milliseconds
        fastest = min(fastest, time)
        total += time
    }
    return fastest
}

for row in LayerRow.all where chosen.isEmpty || chosen.contains(row.name) {
    setRandomSeed(0)
    let layer = row.make()
    let values = row.ids.map { random.randint(row.shape, minval: 0, maxval: $0) } ?? random.normal(row.shape)
    let input = try Variable(values, name: "input")
    let output = try Variable(layer(input.value, training: row.training), name: "output")
    let slope = random.normal(output.shape)
    let variables = (row.ids == nil ? [input] : []) + layer.trainableVariables
    let optimizer = Optimizers.Adam()
    try optimizer.ensureBuilt(variables)
    let gradients = try variables.map { try Variable($0.value, name: "gradient") }
    let forward = compiled { (_: [Tensor]) in
        try output.assign(layer(input.value, training: row.training))
        return []
    }
    let both = compiled { (_: [Tensor]) in
        let (_, slopes) = try valueAndGradients(of: variables) {
            let y = layer(input.value, training: row.training)
            try output.assign(y)
            return ops.sum(y * slope)
        }
        if row.ids != nil {
            try optimizer.apply(slopes, to: variables)
        } else {
            for (target, gradient) in zip(gradients, slopes) { try target.assign(gradient) }
        }
        return []
    }
    let times = (try best { _ = try forward([]) }, try best { _ = try both([]) })
    let line = String(
        format: "{\"peer\": \"hornbill\", \"layer\": \"%@\", \"forward_ms\": %.4f, \"both_ms\": %.4f}", row.name,
        times.0, times.1)
    print(line)
}
