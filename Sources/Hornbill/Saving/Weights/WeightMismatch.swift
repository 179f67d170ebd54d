import HornbillEngine
import Logging

/// A variable that a file has in another shape, or not at all; or the reverse.
struct WeightMismatch {
    var path: String
    var variable: String?
    var expected: [Int]?
    var found: [Int]?

    /// What a file has for these variables, one by one.
    /// - Parameter path: the place in the file of a variable that it does not have.
    static func compare(
        _ variables: [Variable], _ found: [HDF5Dataset], path: (Int) -> String
    ) -> (fitting: [(variable: Variable, dataset: HDF5Dataset)], misfits: [WeightMismatch]) {
        var fitting: [(variable: Variable, dataset: HDF5Dataset)] = []
        var misfits: [WeightMismatch] = []
        for index in 0..<max(variables.count, found.count) {
            let variable = variables.indices.contains(index) ? variables[index] : nil
            let dataset = found.indices.contains(index) ? found[index] : nil
            if let variable, let dataset, variable.shape.dimensions == dataset.shape {
                fitting.append((variable, dataset))
            } else {
                misfits.append(
                    WeightMismatch(
                        path: dataset?.path ?? path(index), variable: variable?.path,
                        expected: variable?.shape.dimensions, found: dataset?.shape))
            }
        }
        return (fitting, misfits)
    }

    private var description: String {
        let place = variable.map { "'\($0)' (\(path))" } ?? path
        let wanted = expected.map { "expected \(Shape($0))" } ?? "expected nothing"
        return "\(place): \(wanted), found \(found.map { "\(Shape($0))" } ?? "nothing")"
    }

    /// - Throws: kind `file` with all of them, unless they are skipped; then they are logged.
    static func report(_ problems: [WeightMismatch], file: String, skip: Bool) throws {
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(20).map(\.description)
        let more = problems.count > shown.count ? "; and \(problems.count - shown.count) more" : ""
        let text =
            "the weights of '\(file)' do not fit the model in \(problems.count) place\(problems.count == 1 ? "" : "s"): "
            + shown.joined(separator: "; ") + more
        guard skip else { throw HornbillError(.file, text) }
        Logger(label: "hornbill.saving").warning("\(text)")
    }
}
