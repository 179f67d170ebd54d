import HornbillEngine

/// The equation of an `EinsumDense` layer: letters of the input, the kernel and the output.
struct DenseEquation {
    /// Where the ellipsis stands, in the input and in the output.
    enum Ellipsis { case none, left, right }

    private let text: String
    private let input: [Character]
    private let kernel: [Character]
    private let output: [Character]
    private let ellipsis: Ellipsis

    /// The shapes of the weights, and which axes of the kernel belong to the input and to the output.
    struct Shapes {
        var kernel: Shape
        var bias: Shape?
        var inputAxes: [Int]
        var outputAxes: [Int]
    }

    init(_ text: String) throws {
        let error = HornbillError(
            .argument,
            "invalid equation \"\(text)\": it must have the form [X],[Y]->[Z], ...[X],[Y]->...[Z] or [X]...,[Y]->[Z]..."
        )
        let sides = text.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { throw error }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard terms.count == 2 else { throw error }
        func place(_ term: String) -> Ellipsis {
            term.hasPrefix("...") ? .left : term.hasSuffix("...") ? .right : .none
        }
        func letters(_ term: String) throws -> [Character] {
            var part = Substring(term)
            if part.hasPrefix("...") {
                part = part.dropFirst(3)
            } else if part.hasSuffix("...") {
                part = part.dropLast(3)
            }
            guard !part.isEmpty, part.allSatisfy({ $0.isASCII && $0.isLetter }) else { throw error }
            return Array(part)
        }
        ellipsis = place(terms[0])
        guard place(sides[1]) == ellipsis, place(terms[1]) == .none else { throw error }
        self.text = text
        (input, kernel, output) = (try letters(terms[0]), try letters(terms[1]), try letters(sides[1]))
        guard ellipsis != .right || input.count > 1 else { throw error }
    }

    /// - Parameters:
    ///   - given: the input's shape, with the batch axis.
    ///   - partial: the output's shape, without the batch axis and what the ellipsis stands for.
    func shapes(input given: PartialShape, output partial: PartialShape, biasAxes: String?) throws -> Shapes {
        func fail(_ message: String) -> HornbillError { HornbillError(.shape, "\"\(text)\": \(message)") }
        let hidden = given.rank - input.count
        guard ellipsis == .none ? hidden == 0 : hidden >= 0, let batch = given.dimensions.first else {
            throw fail("does not describe an input of the shape \(given)")
        }
        // The whole output's shape: the batch axis, and the hidden ones where the ellipsis is.
        var sizes = [batch] + partial.dimensions
        switch ellipsis {
        case .none: break
        case .left: if hidden > 1 { sizes.insert(contentsOf: given.dimensions[1..<hidden], at: 1) }
        case .right: sizes += given.dimensions.suffix(hidden)
        }
        let skipped = ellipsis == .left ? hidden : 0
        // To the left the hidden axes take the place of the batch axis.
        if ellipsis == .left, hidden == 0 { sizes.removeFirst() }
        guard sizes.count == output.count + hidden else {
            throw fail("the output shape \(partial) does not fit: \(output.count) letters are to be given sizes")
        }
        func size(_ letter: Character, of letters: [Character], in shape: [Int?]) -> Int?? {
            letters.firstIndex(of: letter).map { shape[$0 + skipped] }
        }
        for letter in input {
            if let wanted = size(letter, of: output, in: sizes) ?? nil,
                let actual = size(letter, of: input, in: given.dimensions) ?? nil, wanted != actual
            {
                throw fail("the shared axis '\(letter)' has size \(actual) in the input and \(wanted) in the output")
            }
        }
        if let stray = output.first(where: { !input.contains($0) && !kernel.contains($0) }) {
            throw fail("the output's axis '\(stray)' is neither in the input nor in the kernel")
        }
        var result = Shapes(kernel: [], bias: nil, inputAxes: [], outputAxes: [])
        var kernelSizes: [Int] = []
        for (axis, letter) in kernel.enumerated() {
            let found: Int?
            if let known = size(letter, of: output, in: sizes) {
                found = known
                result.outputAxes.append(axis)
            } else if let known = size(letter, of: input, in: given.dimensions) {
                found = known
                result.inputAxes.append(axis)
            } else {
                throw fail("the kernel's axis '\(letter)' is neither in the input nor in the output")
            }
            guard let found else { throw fail("the size of the kernel's axis '\(letter)' is not known") }
            kernelSizes.append(found)
        }
        result.kernel = Shape(kernelSizes)
        result.bias = try biasAxes.map { try biasShape(Array($0), sizes, skipped, hidden, fail) }
        return result
    }

    /// 1 for axes without a bias, from the first axis that has one.
    private func biasShape(
        _ axes: [Character], _ sizes: [Int?], _ skipped: Int, _ hidden: Int, _ fail: (String) -> HornbillError
    ) throws -> Shape {
        if let stray = axes.first(where: { !output.contains($0) }) {
            throw fail("the bias axis '\(stray)' is not in the output")
        }
        guard let first = output.firstIndex(where: axes.contains) else { throw fail("biasAxes names no axis") }
        var shape: [Int] = []
        for (index, letter) in output.enumerated().dropFirst(first) {
            guard axes.contains(letter) else {
                shape.append(1)
                continue
            }
            guard let size = sizes[index + skipped] else {
                throw fail("the size of the bias axis '\(letter)' is not known")
            }
            shape.append(size)
        }
        if ellipsis != .left { shape += [Int](repeating: 1, count: hidden) }
        return Shape(shape)
    }
}
