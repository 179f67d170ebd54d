import HornbillTabular
import Testing

@Suite struct DateParserTests {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("2024-02-29", 1_709_164_800), ("2024-05-31T12:30:00Z", 1_717_158_600),
            ("2024-05-31 12:30", 1_717_158_600), ("2024-05-31T12:30:00.5+02:00", 1_717_151_400.5),
            ("31.12.2024", 1_735_603_200), ("12/31/2024", 1_735_603_200), ("31/12/2024", 1_735_603_200),
            ("1969-12-31 23:59:59", -1), ("0001-01-01", -62_135_596_800),
        ] as [(String, Double)]) func datesAreReadInTheFormsThatTablesHave(_ text: String, _ seconds: Double)
    {
        #expect(DateParser.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "2023-02-29", "2024-13-01", "12", "1.5", "2024-05-31T25:00", "2024-05-31 12:30 noon", "a-b-c",
    ])
    func otherTextsAreNoDates(_ text: String) { #expect(DateParser.seconds(text) == nil) }

    @Test func partsAreThoseOfTheCalendar() {
        // Days since 1970, year, month, day, weekday from Monday, hour, minute.
        #expect(DateParser.parts(1_717_158_600) == [19_874.520_833, 2024, 5, 31, 4, 12, 30])
        #expect(DateParser.parts(-1).dropFirst() == [1969, 12, 31, 2, 23, 59])
    }
}
