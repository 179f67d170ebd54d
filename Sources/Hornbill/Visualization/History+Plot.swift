import HornbillEngine

extension History {
    /// Draws the loss and each metric over the epochs, a panel each: training and validation.
    ///
    /// gnuplot draws it: `apt-get install gnuplot-nox`.
    /// - Parameters:
    ///   - path: the file, as `.png` or `.svg`.
    ///   - keys: what to draw, without `val_`; all, if nil: the loss first.
    /// - Throws: kind `data` if there is no epoch, `unknownName` for a key that the history does not have, `argument` for
    ///   another ending, `file` if gnuplot is missing or the file cannot be written.
    public func plot(to path: String, keys: [String]? = nil) throws { try chart(keys: keys).draw(to: path) }

    /// What is drawn.
    package func chart(keys: [String]?) throws -> Chart {
        var known: [String] = []
        for key in self.keys {
            let base = key.hasPrefix("val_") ? String(key.dropFirst(4)) : key
            if !known.contains(base) { known.append(base) }
        }
        known = known.filter { $0 == "loss" } + known.filter { $0 != "loss" }
        for key in keys ?? [] where !known.contains(key) {
            throw HornbillError(
                .unknownName, "the history has no '\(key)'; there are: \(known.joined(separator: ", "))")
        }
        let panels = (keys ?? known).map { key in
            let curves = [("training", key), ("validation", "val_\(key)")].compactMap { title, name in
                self.history[name].map { Chart.Curve(title: title, x: places(of: name, $0.count), y: $0) }
            }
            return Chart.Panel(title: key, xTitle: "epoch", yTitle: key, curves: curves)
        }
        return Chart(panels: panels)
    }

    /// The numbers of the epochs, from 1, of the values of a key: where validation was not run after each epoch, those at
    /// which it was.
    private func places(of key: String, _ count: Int) -> [Double] {
        let known = epochsByKey[key] ?? []
        return known.count == count ? known.map { Double($0 + 1) } : (0..<count).map { Double($0 + 1) }
    }
}
