import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct PictureTests {
    /// Writes pictures of one colour, bright ones for the class "day".
    private func pictures(_ folder: String, rows: Int = 80) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(folder)/photos", withIntermediateDirectories: true)
        var text = "photo,sky\n"
        for row in 0..<rows {
            let level = Float(row % 2 == 0 ? 200 + row % 50 : 10 + row % 50)
            try saveImage("\(folder)/photos/\(row).png", ops.full([6, 6, 3], Double(level)), scale: false)
            text += "photos/\(row).png,\(row % 2 == 0 ? "day" : "night")\n"
        }
        return try writeTable(text, folder)
    }

    @Test func aPictureIsBroughtToItsSizeAndToNumbersFromZeroToOne() throws {
        try withTemporaryFolder { folder in
            let column = RawColumn(column: "photo", input: "photo", format: .image(height: 1, width: 2, channels: 3))
            let pixels: [Float] = [0, 51, 102, 255, 204, 153]
            try saveImage("\(folder)/p.png", Tensor(pixels, shape: [1, 2, 3]), scale: false)
            let value = try column.value("p.png", row: 2, folder: folder)
            guard case .numbers(let numbers) = value else {
                Issue.record("no numbers")
                return
            }
            #expect(numbers == pixels)
            var settings = ImageTreatment()
            (settings.height, settings.width) = (1, 2)
            let treatment = PictureTreatment(column: 0, treatment: settings)
            let code = treatment.storage.makeInput(name: "code")
            let model = try Model(inputs: code, outputs: treatment.encode(code))
            let found: Tensor = try model.predict(Tensor(numbers, shape: [1, 1, 2, 3]))
            #expect(found.shape == [1, 1, 2, 3])
            for (a, b) in zip(try found.floats(), [0, 0.2, 0.4, 1, 0.8, 0.6] as [Float]) { #expect(abs(a - b) < 1e-6) }
            // Another size, and gray: Pillow's luma of the picture's second pixel.
            let gray = RawColumn(column: "photo", input: "photo", format: .image(height: 2, width: 4, channels: 1))
            guard case .numbers(let larger) = try gray.value("p.png", row: 2, folder: folder) else { return }
            #expect(larger == [42, 42, 213, 213, 42, 42, 213, 213])
        }
    }

    @Test func picturesAreLearntFromAndScored() throws {
        try withTemporaryFolder { folder in
            let path = try pictures(folder)
            var options = TabularOptions(targets: ["sky"])
            (options.epochs, options.split) = (25, .file(path))
            var photo = ColumnSettings()
            (photo.image.height, photo.image.width) = (6, 6)
            options.columns["photo"] = photo
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            #expect(report.roles[0].type == "image" && report.roles[0].input == "photo")
            #expect(try #require(report.evaluations[0].primaryMetric.value) > 0.95)
            let model = try TabularModel(folder: "\(folder)/out")
            #expect(
                try model.evaluate(path)[0].metric(named: "roc_auc").value
                    == report.evaluations[0].metric(named: "roc_auc").value)
            // A picture that is missing is black; a file that is missing is an error.
            let some = try writeTable("photo\n\nphotos/0.png\n", folder, name: "some.csv")
            #expect(try model.score(some, output: "\(folder)/scored.csv").rows == 2)
            let lost = try writeTable("photo\nphotos/0.png\nphotos/lost.png\n", folder, name: "lost.csv")
            expectError(.data, "row 3, column 'photo'", "found 'photos/lost.png'", "PNG or JPEG") {
                try model.score(lost, output: "\(folder)/x.csv")
            }
        }
    }

    @Test func aPictureThatIsNotThereIsToldBeforeTraining() throws {
        try withTemporaryFolder { folder in
            let path = try pictures(folder)
            unlink("\(folder)/photos/7.png")
            expectError(.data, "row 9, column 'photo'", "found 'photos/7.png'") {
                try TabularTrainer(TabularOptions(targets: ["sky"])).train(path, output: "\(folder)/out")
            }
        }
    }
}
