// The ticket model on real data: from a film's title, figures and rating board's class to its rating and its genre.
//
// The titles are multi-hot over 10,000 words: 2.3 GB for the whole table, so they are made batch by batch. The trained
// model, its picture, the curves of its training and TensorBoard's events go to the folder that is the first argument,
// or to `demo`.
import Foundation
import Hornbill
import Support

setRandomSeed(42)

let folder = CommandLine.arguments.dropFirst().first ?? "demo"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
let files = (
    model: "\(folder)/movies.keras", picture: "\(folder)/movies.svg", history: "\(folder)/history.svg",
    events: "\(folder)/tensorboard"
)

// MARK: Data

let films = try Film.read(dataFile("movies.csv.gz"))
let order = try random.permutation(films.count).cast(to: .int64).scalars(Int64.self).map(Int.init)
let held = films.count / 5
let validation = order[..<held].map { films[$0] }
let training = order[held...].map { films[$0] }
let features = FilmFeatures(fittedOn: training, vocabularySize: 10_000)
print(
    "\(films.count) films: \(training.count) to train on, \(validation.count) held out; \(features.words.count) title words"
)

let batchSize = 128
let trainingData = features.batches(training, size: batchSize, shuffled: true).prefetch(2)
let validationData = features.batches(validation, size: batchSize).prefetch(2)

// MARK: Model

let title = Input(shape: [features.words.count], name: "title")
let details = Input(shape: [4], name: "details")
let tags = Input(shape: [Film.boards.count], name: "tags")
let merged = Dense(64, activation: .relu)(Concatenate()([title, details, tags]))
let rating = Dense(1, activation: .sigmoid, name: "rating")(merged)
let genre = Dense(Film.genres.count, activation: .softmax, name: "genre")(merged)
let model = try Model(inputs: [title, details, tags], outputs: [rating, genre], name: "films")
try model.summary()

try model.compile(
    optimizer: "rmsprop",
    loss: ["rating": "mean_squared_error", "genre": "categorical_crossentropy"],
    metrics: ["rating": ["mean_absolute_error"], "genre": ["accuracy"]])
let history = try model.fit(
    trainingData, epochs: 3, callbacks: [TensorBoard(logDir: files.events, histogramFreq: 1)],
    validationData: validationData)

// MARK: Files

try model.save(files.model)
try plotModel(model, to: files.picture, showShapes: true, showLayerNames: true, showLayerActivations: true)
try history.plot(to: files.history)
let reloaded = try loadModel(files.model)

// MARK: Predictions

let shown = validation.filter { $0.votes > 20_000 }.prefix(12)
let inputs = features.tensors(Array(shown))
let (ratings, genres) = try model.predict(inputs)
let (ratingValues, genreValues) = try (
    ratings.floats(), ops.argmax(genres, axis: 1).cast(to: .int64).scalars(Int64.self)
)
func column(_ text: String, _ width: Int) -> String {
    String(text.prefix(width)).padding(toLength: width, withPad: " ", startingAt: 0)
}
print("\n" + column("film", 40) + "rating  predicted  " + column("genre", 13) + "predicted")
for (index, film) in shown.enumerated() {
    print(
        column("\(film.title) (\(Int(film.year)))", 40)
            + String(format: "%6.1f  %9.1f  ", film.rating, ratingValues[index] * 10)
            + column(Film.genres[film.genre], 13) + Film.genres[Int(genreValues[index])])
}

print(
    """

    the model, for loadModel and for Keras   \(files.model)
    its picture                              \(files.picture)
    loss and metrics of each epoch           \(files.history)
    events: tensorboard --logdir             \(files.events)
    """)
let (sameRatings, sameGenres) = try reloaded.predict(inputs)
check(
    try sameRatings.floats() == ratings.floats() && sameGenres.floats() == genres.floats(),
    "the model that was saved predicts the same")

let accuracy = history["val_genre_accuracy"].last ?? 0
let error = history["val_rating_mean_absolute_error"].last ?? 1
print(String(format: "\nunseen films: genre right for %.1f %%, rating off by %.2f of 10", accuracy * 100, error * 10))
check(accuracy >= 0.455, "val_genre_accuracy is at least 0.455 (Python Keras reaches 0.465): \(accuracy)")
check(error <= 0.114, "val_rating_mean_absolute_error is at most 0.114 (Python Keras reaches 0.1125): \(error)")
