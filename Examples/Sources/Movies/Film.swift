import Foundation
import Hornbill

/// A row of the table.
struct Film: Sendable {
    let title: String
    let year: Double
    /// Minutes.
    let length: Double
    /// Dollars; nil where it is not known.
    let budget: Double?
    /// The mean of the votes, 1 to 10.
    let rating: Double
    let votes: Double
    /// The position of the rating board's class in ``boards``.
    let board: Int
    /// The position of the genre in ``genres``.
    let genre: Int

    static let boards = ["", "NC-17", "PG", "PG-13", "R"]
    /// In the order in which the first that applies is taken.
    static let genres = ["Documentary", "Animation", "Short", "Action", "Romance", "Comedy", "Drama", "none"]

    static func read(_ path: String) throws -> [Film] {
        let reader = try CSVReader(path: path)
        var films: [Film] = []
        while let row = try reader.next() {
            let genre = try genres.dropLast().firstIndex { try row.number($0) == 1 } ?? genres.count - 1
            films.append(
                Film(
                    title: try row.text("title"), year: try row.number("year") ?? 0,
                    length: try row.number("length") ?? 0,
                    budget: try row.number("budget"), rating: try row.number("rating") ?? 0,
                    votes: try row.number("votes") ?? 0, board: boards.firstIndex(of: try row.text("mpaa")) ?? 0,
                    genre: genre))
        }
        return films
    }

    /// The title's words: runs of letters and digits, in lower case.
    var titleWords: [String] {
        title.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// Year, log length, log votes, log budget or 0.
    var figures: [Double] { [year, log(max(length, 1)), log(max(votes, 1)), budget.map { log(max($0, 1)) } ?? 0] }
}
