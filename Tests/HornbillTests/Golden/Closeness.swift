import Hornbill
import Testing

/// Expects the values that Keras computed: within a ten-thousandth of each, or a millionth of the largest.
/// - Parameter scale: how large the numbers are of which these are sums, where that is more than the largest of them.
func expectClose(
    _ actual: Tensor, _ expected: Tensor, _ what: String, scale: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try actual.validated()
    guard actual.shape == expected.shape else {
        Issue.record(
            "\(what): the shape is \(actual.shape), Keras has \(expected.shape)", sourceLocation: sourceLocation)
        return
    }
    let (values, wanted) = (try actual.doubles(), try expected.doubles())
    let largest = max(scale, wanted.filter(\.isFinite).map(abs).max() ?? 0)
    for (index, (value, want)) in zip(values, wanted).enumerated() {
        if value == want || (value.isNaN && want.isNaN) { continue }
        guard abs(value - want) <= 1e-4 * abs(want) + 1e-6 * (1 + largest) else {
            Issue.record("\(what), element \(index): \(value), Keras has \(want)", sourceLocation: sourceLocation)
            return
        }
    }
}
