import Hornbill

/// Turns films into tensors. What it knows, words, means and deviations, comes from the training films alone.
struct FilmFeatures: Sendable {
    /// The most frequent words of the titles; of equally frequent ones those that were seen first.
    let words: [String]
    private let positions: [String: Int]
    private let means: [Double]
    private let deviations: [Double]

    init(fittedOn films: [Film], vocabularySize: Int) {
        var counts: [String: (count: Int, first: Int)] = [:]
        for film in films {
            for word in film.titleWords {
                let seen = counts[word] ?? (count: 0, first: counts.count)
                counts[word] = (seen.count + 1, seen.first)
            }
        }
        let ranked = counts.sorted { a, b in
            a.value.count != b.value.count ? a.value.count > b.value.count : a.value.first < b.value.first
        }
        words = ranked.prefix(vocabularySize).map(\.key)
        positions = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        let figures = films.map(\.figures)
        let count = Double(max(figures.count, 1))
        let means = (0..<4).map { column in figures.reduce(0) { $0 + $1[column] } / count }
        self.means = means
        deviations = (0..<4).map { column in
            let variance =
                figures.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) } / count
            return max(variance.squareRoot(), 1e-6)
        }
    }

    /// The inputs of some films, by name.
    func tensors(_ films: [Film]) -> [String: Tensor] {
        let width = words.count
        var title = [Float](repeating: 0, count: films.count * width)
        var details: [Float] = []
        var tags = [Float](repeating: 0, count: films.count * Film.boards.count)
        for (row, film) in films.enumerated() {
            for word in film.titleWords { if let position = positions[word] { title[row * width + position] = 1 } }
            for (column, figure) in film.figures.enumerated() {
                details.append(Float((figure - means[column]) / deviations[column]))
            }
            tags[row * Film.boards.count + film.board] = 1
        }
        return [
            "title": Tensor(title, shape: [films.count, width]), "details": Tensor(details, shape: [films.count, 4]),
            "tags": Tensor(tags, shape: [films.count, Film.boards.count]),
        ]
    }

    /// The targets of some films, by name: the rating as a share of 10, the genre one-hot.
    func targets(_ films: [Film]) -> [String: Tensor] {
        let genres = ops.oneHot(Tensor(films.map(\.genre)), Film.genres.count)
        return ["rating": Tensor(films.map { Float($0.rating / 10) }, shape: [films.count, 1]), "genre": genres]
    }

    /// Batches made as they are needed, in a new order each epoch if `shuffled`.
    func batches(_ films: [Film], size: Int, shuffled: Bool = false) -> Dataset {
        let indices = Dataset(Tensor(Array(films.indices)))
        let order = shuffled ? indices.shuffle(bufferSize: films.count) : indices
        return order.batch(size).map { batch in
            let chosen = try batch.x.tensor.scalars(Int64.self).map { films[Int($0)] }
            return Dataset.Element(tensors(chosen), targets(chosen))
        }
    }
}
