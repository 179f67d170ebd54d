import HornbillTabular
import Testing

@Suite struct NumberTextTests {
    @Test(
        arguments: [
            (0.87123, "0.8712"), (12.3456, "12.35"), (1, "1"), (0.5, "0.5"), (-3.25, "−3.25"), (2005, "2005"),
            (53_940.4, "53,940"), (1_234_567, "1,234,567"), (1.2e-5, "1.2 × 10⁻⁵"), (-6e23, "−6 × 10²³"), (0, "0"),
            (.nan, "–"), (.infinity, "∞"), (-.infinity, "−∞"), (0.99999, "1"), (9999.9, "10,000"),
        ] as [(Double, String)])
    func aNumberHasFourSignificantDigits(_ value: Double, _ text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test func figuresKeepTheirZeros() {
        #expect([0.267, 1, 12.5, 0].map { NumberText.figure($0) } == ["0.2670", "1.000", "12.50", "0"])
    }

    @Test func numbersOfAColumnHaveThePlacesOfTheGreatest() {
        #expect([0.207, 0.0085, -0.0003].map { NumberText.aligned($0, to: 0.207) } == ["0.207", "0.009", "0.000"])
        #expect([123.4, -5.6].map { NumberText.aligned($0, to: 123.4) } == ["123", "−6"])
    }

    @Test func countsArePlainAndPercentagesRounded() {
        #expect([8640, 12.5, 0].map { NumberText.count($0) } == ["8,640", "12.5", "0"])
        #expect(NumberText.percent(0.384) == "38.4\u{202F}%" && NumberText.percent(0.5, places: 0) == "50\u{202F}%")
    }
}
