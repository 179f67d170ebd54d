import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

/// Every file that was made to do harm is refused at every place where files are read, with an error that names what is
/// wrong. `AttackedCommandTests` runs the tool on them and measures; see `Documentation/Architecture.md`.
@Suite struct AttackCorpusTests {
    static let configs = CodeAttacks.all + SizeAttacks.all + TypeAttacks.all
    static var models: [Attack] { configs.flatMap(\.files) + ArchiveAttacks.all + WeightAttacks.archives }

    @Test func `the model itself is read in every form`() throws {
        let text = JSON.text(Victim.config)
        let kernel = [Float](repeating: 1, count: 12)
        for (ending, bytes) in [("keras", try Victim.archive(text)), ("h5", try Victim.legacy(text))] {
            try Attack("good", ending, says: []) { bytes }.withFile { path in
                #expect(try loadModel(path).getWeights()[0].floats() == kernel)
                let model = try Victim.model()
                try model.loadWeights(path)
                #expect(try model.getWeights()[0].floats() == kernel)
            }
        }
        for layout in ["weights", "legacy"] {
            try Attack("good", "h5", says: []) { try WeightAttacks.bytes("\(layout)/good") }.withFile { path in
                try Victim.model().loadWeights(path)
            }
        }
        try ArchiveAttacks.harmlessLookup.withFile { path in
            let lookup = try #require(try loadModel(path).layers.last as? StringLookup)
            #expect(try lookup.getVocabulary() == ["[UNK]", "/etc/passwd"])
        }
        #expect(Self.models.count > 300)
    }

    @Test(arguments: configs.indices)
    func `a configuration is refused in files and as text`(_ index: Int) throws {
        let attack = Self.configs[index]
        for file in attack.files {
            try file.withFile { path in
                file.expectRefusal("loadModel of .\(file.ending)") { _ = try loadModel(path) }
            }
        }
        if attack.isForFiles { return }
        let file = Attack(attack.name, "json", says: attack.says) { [] }
        file.expectRefusal("modelFromJSON") { _ = try modelFromJSON(attack.text) }
    }

    @Test func `what a configuration alone may have is bounded by the machine`() throws {
        for size in [100_000_000_000_000, Int.max / 8, .max] {
            for className in ["Dense", "Embedding"] {
                let layer = Victim.object(
                    className,
                    ["name": "huge", className == "Dense" ? "units" : "input_dim": .int(size), "output_dim": 64])
                guard case .object(var object) = layer, case .object(var config)? = object["config"] else { continue }
                if className == "Dense" { config["output_dim"] = nil }
                object["config"] = .object(config)
                let text = JSON.text(Victim.sequential([Victim.input, .object(object)]))
                do {
                    _ = try modelFromJSON(text)
                    Issue.record("\(className) of \(size) is made")
                } catch let error as HornbillError {
                    #expect(error.description.contains("huge"), "\(error)")
                }
            }
        }
    }

    @Test(arguments: CodeAttacks.all.indices)
    func `a configuration with code makes no layer, optimizer or activation by itself`(_ index: Int) throws {
        let attack = CodeAttacks.all[index]
        let value = try JSON.parse(attack.text)
        let context = LoadingContext()
        guard value.object?["compile_config"] == nil else { return }
        Attack(attack.name, "config", says: attack.says).expectRefusal("the registry") {
            _ = try ObjectRegistry.layer(value, context)
        }
    }

    @Test func `weights are read without a look at the configuration beside them`() throws {
        for attack in CodeAttacks.all.prefix(3) {
            try Attack(attack.name, "keras", says: []) { try Victim.archive(attack.text) }.withFile { path in
                let model = try Victim.model()
                try model.loadWeights(path)
                #expect(try model.getWeights()[1].floats() == [1, 1, 1])
            }
        }
    }

    @Test(arguments: ArchiveAttacks.all)
    func `an archive that lies is refused as a model and as weights`(_ attack: Attack) throws {
        try attack.withFile { path in
            attack.expectRefusal("loadModel") { _ = try loadModel(path) }
            // Of a model, loadWeights reads the weights alone.
            guard !attack.name.contains("configuration"), !attack.name.contains("vocabulary"),
                !attack.name.contains("text")
            else { return }
            let model = try Victim.model()
            let before = try model.getWeights().map { try $0.floats() }
            #expect(throws: HornbillError.self, "\(attack.name)") { try model.loadWeights(path) }
            #expect(try model.getWeights().map { try $0.floats() } == before)
        }
    }

    @Test(arguments: WeightAttacks.all("weights") + WeightAttacks.all("legacy") + WeightAttacks.archives)
    func `weights that lead elsewhere or lie are refused, and the model keeps its own`(_ attack: Attack) throws {
        try attack.withFile { path in
            let model = try Victim.model()
            let before = try model.getWeights().map { try $0.floats() }
            attack.expectRefusal("loadWeights") { try model.loadWeights(path) }
            attack.expectRefusal("loadWeights, passing over what does not fit") {
                if attack.name.contains("another shape") { throw HornbillError(.file, attack.says.joined()) }
                try model.loadWeights(path, skipMismatch: true)
            }
            #expect(try model.getWeights().map { try $0.floats() } == before)
            guard attack.ending != "weights.h5" else { return }
            attack.expectRefusal("loadModel") { _ = try loadModel(path) }
        }
    }

    @Test(arguments: ArrayAttacks.npyFiles + ArrayAttacks.npzFiles + ArrayAttacks.safetensorsFiles)
    func `arrays that lie are refused`(_ attack: Attack) throws {
        try attack.withFile { path in
            attack.expectRefusal("the reader of .\(attack.ending)") {
                switch attack.ending {
                case "npy": _ = try Tensor(npy: path)
                case "npz": _ = try loadNpz(path)
                default: _ = try loadSafetensors(path)
                }
            }
        }
    }

    private func rows(_ path: String) throws {
        try Dataset.csv(path, inputs: ["a"], targets: ["b"]).forEach { _ in }
    }

    @Test(arguments: ArrayAttacks.tables)
    func `tables without end are refused, packed ones too`(_ attack: Attack) throws {
        try attack.withFile { path in
            attack.expectRefusal("Dataset.csv") { try rows(path) }
            attack.expectRefusal("CSVReader") {
                let reader = try CSVReader(path: path)
                while let row = try reader.next() { _ = try row.number("a") }
            }
        }
    }

    /// A picture of 50,000 × 50,000 pixels in 60 bytes.
    private static let bomb: [UInt8] = {
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            [0, 0, 0, UInt8(data.count)] + Array(type.utf8) + data + [0, 0, 0, 0]
        }
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header = chunk("IHDR", [0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50, 8, 6, 0, 0, 0])
        return signature + header + chunk("IDAT", [1, 2]) + chunk("IEND", [])
    }()

    private func images(_ folder: String, followLinks: Bool = false) throws {
        let data = try imageDatasetFromDirectory(
            folder, labels: nil, imageSize: (8, 8), followLinks: followLinks, verbose: false)
        try data.forEach { _ in }
    }

    @Test func `directories with pipes, links in circles and bombs of pictures are errors`() throws {
        try withTemporaryFolder { folder in
            // Somebody who opens it to read waits for somebody who writes.
            #expect(mkfifo(folder + "/pipe.png", 0o600) == 0)
            expectError(.file, "pipe.png", "is not a file") { try images(folder) }
        }
        try withTemporaryFolder { folder in
            try FileManager.default.createSymbolicLink(atPath: folder + "/again", withDestinationPath: folder)
            // The system follows no more than forty links.
            expectError(.data, "there are no images") { try images(folder, followLinks: true) }
            try FileManager.default.createSymbolicLink(atPath: folder + "/x.png", withDestinationPath: "/etc/passwd")
            expectError(.file, "x.png", "neither PNG nor JPEG") { try images(folder) }
        }
        try withTemporaryFolder { folder in
            try Data(Self.bomb).write(to: URL(filePath: folder + "/x.png"))
            expectError(.file, "x.png", "50000 × 50000") { try images(folder) }
        }
    }

    @Test func `files that are no files are errors at once`() throws {
        try withTemporaryFolder { folder in
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            for path in [folder, folder + "/pipe", "/dev/zero", "/dev/null", folder + "/missing"] {
                expectError(.file, path) { _ = try loadModel(path) }
                expectError(.file, path) { try Victim.model().loadWeights(path) }
                expectError(.file, path) { _ = try loadNpz(path) }
                expectError(.file, path) { _ = try loadSafetensors(path) }
            }
        }
    }

    @Test func `of two equal keys the last counts, as in Python`() throws {
        let text = #"{"class_name":"Dense","config":{"units":9,"name":"dense","units":3}}"#
        #expect((try ObjectRegistry.layer(JSON.parse(text)) as? Dense)?.units == 3)
    }

    @Test func `models in models that are called twice at each level are read as long as they are few`() throws {
        let model = try modelFromJSON(JSON.text(SizeAttacks.exponential(6)))
        #expect(try model(Tensor([-1, 2, -3, 4] as [Float], shape: [1, 4])).floats() == [0, 2, 0, 4])
    }
}

extension Attack {
    /// For what is no file.
    fileprivate init(_ name: String, _ ending: String, says: [String]) { self.init(name, ending, says: says) { [] } }
}
