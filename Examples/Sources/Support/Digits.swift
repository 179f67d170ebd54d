import Hornbill

/// The 1,797 handwritten digits of Data/digits.csv.gz: images (count, 8, 8, 1) of 0 to 1, and the digits that they show.
public func readDigits() throws -> (images: Tensor, labels: [Int]) {
    let pixels = (0..<64).map { "pixel\($0)" }
    let reader = try CSVReader(path: dataFile("digits.csv.gz"), header: pixels + ["label"])
    var values: [Float] = []
    var labels: [Int] = []
    while let row = try reader.next() {
        for pixel in pixels { values.append(Float(try row.number(pixel) ?? 0) / 16) }
        labels.append(Int(try row.number("label") ?? 0))
    }
    return (Tensor(values, shape: [labels.count, 8, 8, 1]), labels)
}
