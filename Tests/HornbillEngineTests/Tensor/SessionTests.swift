import HornbillEngine
import Testing

@Suite struct SessionTests {
    @Test func `automatic names count up from the second`() {
        Session.withNew {
            let session = Session.current
            #expect(
                ["dense", "dense", "conv2d", "dense"].map(session.uniqueName) == [
                    "dense", "dense_1", "conv2d", "dense_2",
                ])
            session.resetNames()
            #expect(session.uniqueName("dense") == "dense")
        }
    }

    @Test func `a seed determines all that is drawn after it`() throws {
        func draws() throws -> [[Float]] {
            [
                try random.normal([3]).floats(), try random.normal([3]).floats(),
                try random.normal([3], seed: SeedGenerator()).floats(), try random.uniform([3]).floats(),
            ]
        }
        let first = try Session.withNew(seed: 42) { try draws() }
        #expect(try Session.withNew(seed: 42) { try draws() } == first)
        #expect(try Session.withNew(seed: 43) { try draws() } != first)
        #expect(Set(first).count == 4)
        let reset = try Session.withNew {
            _ = try draws()
            setRandomSeed(42)
            return try draws()
        }
        #expect(reset == first)
    }

    @Test func `sessions are apart from each other and follow the task`() async {
        await Session.withNew(seed: 1) {
            _ = Session.current.uniqueName("layer")
            let inner = Session.withNew { Session.current.uniqueName("layer") }
            #expect(inner == "layer")
            let child = await Task { Session.current.uniqueName("layer") }.value
            #expect(child == "layer_1")
            #expect(Session.current.seed == 1)
        }
    }

    @Test func `seeds lie between 1 and a thousand million and do not repeat at once`() {
        Session.withNew(seed: 0) {
            let seeds = (0..<1000).map { _ in Session.current.nextSeed() }
            #expect(seeds.allSatisfy { (1...1_000_000_000).contains($0) })
            #expect(Set(seeds).count == 1000)
        }
    }
}
