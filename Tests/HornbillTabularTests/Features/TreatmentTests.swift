import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

/// Golden data of scikit-learn, pandas and Keras; see Tests/Reference/tabular_features.py.
private struct Golden: Decodable {
    var fitted: Int
    var numbers: [Double?]
    var categories: [String]
    var texts: [String]
    var target: [Double]
    var opinions: [Double?]
    var vocabulary: [String]
    var dates: [String?]
    var vectors: [String?]
    var bins: Int
    var length: Int
    var features: [String: [[Double]]]

    static func load() throws -> Golden {
        let data = try Data(contentsOf: URL(filePath: referencePath("Golden/tabular/features.json")))
        return try JSONDecoder().decode(Golden.self, from: data)
    }
}

@Suite struct TreatmentTests {
    private let golden: Golden

    init() throws { golden = try Golden.load() }

    /// The features of all rows after the first ones were seen.
    private func features(
        _ treatment: any FeatureTreatment, _ values: [RawValue], raw: Tensor
    ) throws -> [[Double]] {
        for row in 0..<golden.fitted { try treatment.observe([values[row]], target: .number(golden.target[row])) }
        try treatment.finish()
        let code = treatment.storage.makeInput(name: "code")
        let model = try Model(inputs: code, outputs: treatment.encode(code))
        let codes = treatment.code([raw])
        let output: Tensor = try model.predict(codes)
        let width = output.shape.last ?? 1
        let numbers = try output.doubles()
        return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
    }

    private func expect(
        _ features: [[Double]], _ name: String, tolerance: Double = 2e-5,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try #require(golden.features[name])
        #expect(features.count == expected.count, sourceLocation: sourceLocation)
        for (row, (found, wanted)) in zip(features, expected).enumerated() {
            #expect(found.count == wanted.count, "row \(row)", sourceLocation: sourceLocation)
            for (a, b) in zip(found, wanted) where !(abs(a - b) <= tolerance * max(1, abs(b))) {
                Issue.record("\(name), row \(row): \(found), not \(wanted)", sourceLocation: sourceLocation)
                return
            }
        }
    }

    private func numbers(_ treatment: NumericalTreatment) throws -> [[Double]] {
        try features(
            NumberTreatment(columns: [0], names: ["x"], widths: [1], treatment: treatment),
            golden.numbers.map { $0.map { .number(Float($0)) } ?? .missing },
            raw: Tensor(golden.numbers.map { Float($0 ?? .nan) }, shape: [golden.numbers.count, 1]))
    }

    private func categories(_ treatment: CategoricalTreatment) throws -> [[Double]] {
        try features(
            CategoryTreatment(column: 0, treatment: treatment, target: Target(name: "y", type: .regression)),
            golden.categories.map { $0.isEmpty ? .missing : .text($0) },
            raw: Tensor(strings: golden.categories, shape: [golden.categories.count, 1]))
    }

    /// Blocks of numbers, read as the columns of tables are.
    private func blocks(_ texts: [String?], _ format: RawColumn.Format, width: Int) throws -> [[Double]] {
        let column = RawColumn(column: "x", input: "x", format: format)
        let values = try texts.map { try column.value($0, row: 2, folder: ".") }
        let numbers = values.flatMap { value -> [Float] in
            if case .numbers(let numbers) = value { numbers } else { Array(repeating: .nan, count: width) }
        }
        return try features(
            NumberTreatment(columns: [0], names: ["x"], widths: [width], treatment: NumericalTreatment()), values,
            raw: Tensor(numbers, shape: [texts.count, width]))
    }

    @Test func datesBecomeTheirParts() throws {
        // The mean year of missing dates is a float32: exact to 6e-5 years, of which a deviation has about 1.2.
        try expect(blocks(golden.dates, .date, width: DateParser.partNames.count), "dates", tolerance: 5e-5)
    }

    @Test func vectorsAreUnfolded() throws {
        try expect(blocks(golden.vectors, .vector(width: 3), width: 3), "vectors")
    }

    @Test func numbersArePutIntoRanges() throws {
        try expect(
            features(
                BinTreatment(column: 0, bins: 4), golden.numbers.map { $0.map { .number(Float($0)) } ?? .missing },
                raw: Tensor(golden.numbers.map { Float($0 ?? .nan) }, shape: [golden.numbers.count, 1])), "ranges")
    }

    @Test func onlyTheMostFrequentCategoriesHaveDummies() throws {
        var treatment = CategoricalTreatment()
        treatment.mostCategories = 2
        try expect(categories(treatment), "capped")
    }

    @Test func missingCategoriesAreTheMostFrequentOne() throws {
        var treatment = CategoricalTreatment()
        treatment.missing = .impute
        try expect(categories(treatment), "imputed")
    }

    @Test func categoriesAreHashed() throws {
        var treatment = CategoricalTreatment()
        (treatment.encoding, treatment.bins) = (.hashing, golden.bins)
        try expect(categories(treatment), "hashing")
    }

    @Test func wordsAreHashed() throws {
        var treatment = TextTreatment()
        (treatment.encoding, treatment.bins) = (.hashing, golden.bins)
        let column = RawColumn(column: "x", input: "x", format: .hashedWords(bins: golden.bins, ngrams: 1))
        let values = try golden.texts.map { try column.value($0, row: 2, folder: ".") }
        let counts = values.flatMap { value -> [Float] in if case .numbers(let numbers) = value { numbers } else { [] }
        }
        let words = WordTreatment(column: 0, treatment: treatment)
        try expect(
            features(words, values, raw: Tensor(counts, shape: [values.count, golden.bins])), "hashed words")
        #expect(words.storage == .sparse(width: golden.bins))
    }

    @Test func textsBecomeTheNumbersOfTheirWords() throws {
        var treatment = TextTreatment()
        (treatment.encoding, treatment.length) = (.sequence, golden.length)
        let words = WordTreatment(column: 0, treatment: treatment)
        try expect(
            features(
                words, golden.texts.map { .text($0) },
                raw: Tensor(strings: golden.texts, shape: [golden.texts.count, 1])), "sequence")
        #expect(words.sequenceVocabulary == golden.vocabulary.count + 2)
    }

    @Test func numbersAreStandardisedWithTheirMeanForMissingOnesAndAFlag() throws {
        try expect(numbers(NumericalTreatment()), "standard")
    }

    @Test func numbersAreScaledToOneWithTheirMedianForMissingOnes() throws {
        var treatment = NumericalTreatment()
        (treatment.rescaling, treatment.imputation) = (.minmax, .median)
        try expect(numbers(treatment), "minmax")
    }

    @Test func numbersStayWithAConstantForMissingOnes() throws {
        var treatment = NumericalTreatment()
        (treatment.rescaling, treatment.imputation, treatment.constant) = (.none, .constant, -1)
        treatment.flagsMissing = false
        try expect(numbers(treatment), "constant")
    }

    @Test func numbersGetTheirRootAndSquare() throws {
        var treatment = NumericalTreatment()
        (treatment.derives, treatment.flagsMissing) = (true, false)
        try expect(numbers(treatment), "derived")
    }

    @Test func categoriesBecomeDummies() throws { try expect(categories(CategoricalTreatment()), "dummies") }

    @Test(arguments: [CategoricalTreatment.Encoding.ordinal, .frequency, .target])
    func categoriesBecomeNumbers(_ encoding: CategoricalTreatment.Encoding) throws {
        var treatment = CategoricalTreatment()
        treatment.encoding = encoding
        try expect(categories(treatment), encoding.rawValue)
    }

    @Test(arguments: [TextTreatment.Encoding.counts, .tfidf])
    func textsBecomeVectorsOfWords(_ encoding: TextTreatment.Encoding) throws {
        var treatment = TextTreatment()
        treatment.encoding = encoding
        let words = WordTreatment(column: 0, treatment: treatment)
        let found = try features(
            words, golden.texts.map { .text($0) }, raw: Tensor(strings: golden.texts, shape: [golden.texts.count, 1]))
        #expect(words.vocabulary == golden.vocabulary)
        try expect(found, encoding.rawValue)
    }

    /// Sees the first rows' texts beside the numbers that they tell.
    private func scoring(_ opinions: [Double?]) throws -> ScoreTreatment {
        let treatment = ScoreTreatment(
            column: 0, treatment: TextTreatment(), targets: [Target(name: "y", type: .regression)], seed: 0)
        for row in 0..<golden.fitted {
            treatment.observe([.text(golden.texts[row])], targets: [opinions[row].map { .number($0) }], row: row)
        }
        try treatment.finish()
        return treatment
    }

    private func crossFitted(_ treatment: ScoreTreatment) throws -> [[Double]] {
        try (0..<golden.fitted).map { row in
            try #require(treatment.crossFitted([.text(golden.texts[row])], row: row)).map(Double.init)
        }
    }

    @Test func textsBecomeWhatARegressionOnTheirWordsSays() throws {
        let treatment = try scoring(golden.opinions)
        let code = treatment.storage.makeInput(name: "code")
        let model = try Model(inputs: code, outputs: treatment.encode(code))
        let scores: Tensor = try model.predict(
            treatment.code([Tensor(strings: golden.texts, shape: [golden.texts.count, 1])]))
        try expect(scores.doubles().map { [$0] }, "scores")
        try expect(crossFitted(treatment), "crossFitted")
    }

    @Test func whatIsSaidOfARowThatWasLearntFromDoesNotComeFromItsOwnTarget() throws {
        let before = try crossFitted(scoring(golden.opinions))
        var opinions = golden.opinions
        let row = try #require(opinions.indices.first { opinions[$0] != nil && !golden.texts[$0].isEmpty })
        opinions[row] = nil
        let after = try crossFitted(scoring(opinions))
        // The mean of the other rows' targets has moved a little.
        #expect(abs(after[row][0] - before[row][0]) < 0.02)
        let others = golden.opinions.indices.prefix(golden.fitted).filter { $0 != row }
        #expect(others.contains { abs(after[$0][0] - before[$0][0]) > 1e-3 })
    }

    @Test func textsHaveANumberForEachRegressionAndEachOfMoreThanTwoClasses() throws {
        let targets = [
            Target(name: "price", type: .regression), Target(name: "sold", type: .binary, classes: ["no", "yes"]),
            Target(name: "grade", type: .multiclass, classes: ["a", "b", "c"]),
        ]
        let treatment = ScoreTreatment(column: 0, treatment: TextTreatment(), targets: targets, seed: 0)
        for row in 0..<200 {
            let kind = row % 3
            treatment.observe(
                [.text(["cheap thing", "good old thing", "dear thing"][kind])],
                targets: [.number(Double(kind)), .category(kind == 2 ? 1 : 0), row % 2 == 0 ? .category(kind) : nil],
                row: row)
        }
        try treatment.finish()
        #expect(treatment.featureShape == [5])
        let codes = treatment.code([
            Tensor(strings: ["cheap thing", "good old thing", "dear thing", ""], shape: [4, 1])
        ])
        let scores = try codes.doubles()
        let price = [scores[0], scores[5], scores[10]]
        #expect(price[0] < price[1] && price[1] < price[2])
        #expect(scores[11] > max(scores[1], scores[6]))
        for (row, grade) in [2, 3, 4].enumerated() {
            #expect((2..<5).max { scores[row * 5 + $0] < scores[row * 5 + $1] } == grade)
        }
        #expect(scores[15...] == [0, 0, 0, 0, 0])
    }

    @Test func someRowsAreForgottenWhereThereAreTooManyWords() {
        var kept = KeptRows(seed: 3, most: 100)
        for row in 0..<1000 { kept.add(row: row, words: [UInt64(row), 7], targets: [Float(row)]) }
        #expect((10...50).contains(kept.count))
        #expect(kept.rows == (0..<1000).filter(kept.isKept))
        for place in 0..<kept.count {
            #expect(Array(kept.words(place)) == [UInt64(kept.rows[place]), 7])
            #expect(kept.targets[place] == Float(kept.rows[place]))
        }
    }

    @Test func rareAndUnseenCategoriesShareADummy() throws {
        var settings = CategoricalTreatment()
        settings.mostCategories = 1
        let treatment = CategoryTreatment(column: 0, treatment: settings, target: nil)
        let found = try features(
            treatment, golden.categories.map { .text($0) },
            raw: Tensor(strings: golden.categories, shape: [golden.categories.count, 1]))
        let most = treatment.vocabulary[0]
        #expect(found == golden.categories.map { $0 == most ? [0, 1] : [1, 0] })
    }

    @Test func aMissingCategoryIsTheMostFrequentOneWhereThatIsAskedFor() throws {
        var settings = CategoricalTreatment()
        settings.missing = .impute
        let treatment = CategoryTreatment(column: 0, treatment: settings, target: nil)
        for _ in 0..<3 { treatment.observe([.text("often")], target: nil) }
        treatment.observe([.text("seldom")], target: nil)
        for _ in 0..<5 { treatment.observe([.missing], target: nil) }
        try treatment.finish()
        let code = treatment.storage.makeInput(name: "code")
        let model = try Model(inputs: code, outputs: treatment.encode(code))
        let codes = treatment.code([Tensor(strings: ["often", "", "seldom", "new"], shape: [4, 1])])
        let found: Tensor = try model.predict(codes)
        #expect(try found.doubles() == [1, 0, 1, 0, 0, 1, 0, 0])
    }

    @Test func rangesHoldAboutEquallyManyValuesAndMissingOnesHaveTheirOwn() throws {
        let treatment = BinTreatment(column: 0, bins: 4)
        for value in 0..<100 { treatment.observe([.number(Float(value))], target: nil) }
        try treatment.finish()
        // numpy.quantile(range(100), [0.25, 0.5, 0.75])
        #expect(treatment.boundaries == [24.75, 49.5, 74.25])
        let code = treatment.storage.makeInput(name: "code")
        let model = try Model(inputs: code, outputs: treatment.encode(code))
        let found: Tensor = try model.predict(Tensor([Float(3), 60, .nan], shape: [3, 1]))
        #expect(try found.doubles() == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test func wordsAreCutAsTheVectorizationLayerCutsThem() throws {
        let text = "It's a GOOD film,\tno -- doubt!  Über-film 3.5"
        let words = Words.cut(text, ngrams: 2)
        let layer = TextVectorization(ngrams: 2, outputMode: .count, vocabulary: Array(Set(words)).sorted())
        let counts = try layer(Tensor([text])).doubles()
        #expect(counts[0] == 0)
        #expect(counts.dropFirst().allSatisfy { $0 > 0 })
        #expect(counts.reduce(0, +) == Double(words.count))
    }
}
