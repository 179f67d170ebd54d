// Einstein's summation, made of transpositions, reshapes and (batched) matrix products.

/// The letters of `ij,jk->ik`, one list an operand; `...` is expanded to letters of its own.
struct EinsumPattern {
    var operands: [[Character]]
    var output: [Character]

    init(_ text: String, ranks: [Int]) throws {
        func invalid(_ reason: String) -> HornbillError {
            HornbillError(.argument, "einsum: \"\(text)\": \(reason)")
        }
        let compact = text.filter { $0 != " " }
        let sides = compact.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2 else { throw invalid("more than one arrow") }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard terms.count == ranks.count else {
            throw invalid("\(terms.count) operands are described, \(ranks.count) are given")
        }
        func letters(_ term: String, ellipsis: [Character]) throws -> [Character] {
            var result: [Character] = []
            let parts = term.split(separator: "...", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw invalid("two ellipses in '\(term)'") }
            for (index, part) in parts.enumerated() {
                if index == 1 { result += ellipsis }
                for letter in part {
                    guard letter.isASCII, letter.isLetter else { throw invalid("'\(letter)' is no letter") }
                    result.append(letter)
                }
            }
            return result
        }
        var broadcastRank = 0
        for (term, rank) in zip(terms, ranks) {
            let named = try letters(term, ellipsis: []).count
            let hidden = rank - named
            guard term.contains("...") ? hidden >= 0 : hidden == 0 else {
                throw invalid("'\(term)' does not describe a tensor of \(rank) axes")
            }
            broadcastRank = max(broadcastRank, hidden)
        }
        // Digits cannot occur in the text, so they name the hidden axes, counted from the last.
        guard broadcastRank <= 10 else { throw invalid("the ellipsis stands for more than ten axes") }
        let hidden = (0..<broadcastRank).reversed().map { Character(String($0)) }
        operands = try zip(terms, ranks).map { term, rank in
            let named = try letters(term, ellipsis: []).count
            return try letters(term, ellipsis: Array(hidden.suffix(rank - named)))
        }
        if sides.count == 2 {
            output = try letters(sides[1], ellipsis: hidden)
            guard Set(output).count == output.count else { throw invalid("a letter stands twice in the result") }
        } else {
            let all = operands.joined()
            output =
                hidden
                + Set(all).filter { letter in letter.isLetter && all.count(where: { $0 == letter }) == 1 }.sorted()
        }
        let known = Set(operands.joined())
        if let unknown = output.first(where: { !known.contains($0) }) {
            throw invalid("the result's '\(unknown)' is in no operand")
        }
    }
}

extension Tensor {
    /// A tensor with a letter for each axis.
    private struct Term {
        var tensor: Tensor
        var letters: [Character]

        func size(_ letter: Character) -> Int { letters.firstIndex(of: letter).map { tensor.shape[$0] } ?? 1 }
        func axes(_ wanted: [Character]) -> [Int] { wanted.compactMap { letters.firstIndex(of: $0) } }
    }

    package static func einsum(_ subscripts: String, _ operands: [Tensor]) throws -> Tensor {
        for operand in operands { try operand.validated() }
        guard let first = operands.first else { throw HornbillError(.argument, "einsum needs at least one operand") }
        let pattern = try EinsumPattern(subscripts, ranks: operands.map(\.rank))
        let dtype = operands.dropFirst().reduce(first.dtype) { $0.promoted(with: $1.dtype) }
        var sizes: [Character: Int] = [:]
        for (operand, letters) in zip(operands, pattern.operands) {
            for (axis, letter) in letters.enumerated() where operand.shape[axis] != 1 {
                if let size = sizes[letter], size != operand.shape[axis] {
                    throw HornbillError(
                        .shape,
                        "einsum \"\(subscripts)\": the axis '\(letter)' has the sizes \(size) and \(operand.shape[axis])"
                    )
                }
                sizes[letter] = operand.shape[axis]
            }
        }
        var terms = try zip(operands, pattern.operands).map {
            try diagonalized(Term(tensor: $0.casted(to: dtype), letters: $1))
        }
        while terms.count > 1 {
            let (a, b) = (terms[0], terms[1])
            terms.removeFirst(2)
            let needed = Set(pattern.output).union(terms.flatMap(\.letters))
            terms.insert(try contracted(a, b, keeping: needed), at: 0)
        }
        let result = try summed(terms[0], keeping: Set(pattern.output))
        return try result.tensor.transpose(result.axes(pattern.output))
    }

    /// Letters that stand twice in one operand become one axis: its diagonal.
    private static func diagonalized(_ term: Term) throws -> Term {
        var term = term
        while let second = term.letters.indices.first(where: { term.letters[..<$0].contains(term.letters[$0]) }) {
            let letter = term.letters[second]
            guard let first = term.letters.firstIndex(of: letter) else { break }
            guard term.tensor.shape[first] == term.tensor.shape[second] else {
                throw HornbillError(
                    .shape, "einsum: the axes '\(letter)' of one operand of shape \(term.tensor.shape) differ in size")
            }
            term.tensor = try term.tensor.diagonal(offset: 0, first, second)
            term.letters.remove(at: second)
            term.letters.remove(at: first)
            term.letters.append(letter)
        }
        return term
    }

    private static func summed(_ term: Term, keeping: Set<Character>) throws -> Term {
        let axes = term.letters.indices.filter { !keeping.contains(term.letters[$0]) }
        if axes.isEmpty { return term }
        return Term(
            tensor: try reduce(.sum, term.tensor, axes: axes, keepDims: false),
            letters: term.letters.filter { keeping.contains($0) })
    }

    /// One product of two operands; letters that nothing needs any more are summed over.
    private static func contracted(_ a: Term, _ b: Term, keeping: Set<Character>) throws -> Term {
        let a = try summed(a, keeping: keeping.union(b.letters))
        let b = try summed(b, keeping: keeping.union(a.letters))
        let shared = a.letters.filter { b.letters.contains($0) }
        let summedOver = shared.filter { !keeping.contains($0) && a.size($0) == b.size($0) }
        let batch = shared.filter { !summedOver.contains($0) }
        if summedOver.isEmpty { return try summed(multiplied(a, b), keeping: keeping) }
        let freeA = a.letters.filter { !shared.contains($0) }
        let freeB = b.letters.filter { !shared.contains($0) }
        let letters = batch + freeA + freeB
        let batchShape = batch.map { Swift.max(a.size($0), b.size($0)) }
        func count(_ letters: [Character], _ term: Term) -> Int { letters.map(term.size).reduce(1, *) }
        let inner = count(summedOver, a)

        // The matrix product takes either side transposed: pick the order in which the axes lie already.
        func matrix(_ term: Term, _ free: [Character], rowsFirst: Bool) throws -> (Tensor, isPlain: Bool) {
            let plain = term.axes(batch + (rowsFirst ? free + summedOver : summedOver + free))
            let swapped = term.axes(batch + (rowsFirst ? summedOver + free : free + summedOver))
            let isPlain = swapped != Array(0..<term.letters.count)
            let moved = try term.tensor.transpose(isPlain ? plain : swapped)
            let full = try moved.broadcasted(to: Shape(batchShape + moved.shape.dimensions.dropFirst(batch.count)))
            let pair = isPlain == rowsFirst ? [count(free, term), inner] : [inner, count(free, term)]
            let lead = batch.isEmpty ? [] : [batchShape.reduce(1, *)]
            return (try full.reshape(Shape(lead + pair)), isPlain)
        }
        let (left, leftPlain) = try matrix(a, freeA, rowsFirst: true)
        let (right, rightPlain) = try matrix(b, freeB, rowsFirst: false)
        let product = try matmul(left, right, transposeA: !leftPlain, transposeB: !rightPlain)
        let shape = Shape(batchShape + freeA.map(a.size) + freeB.map(b.size))
        return try summed(Term(tensor: product.reshape(shape), letters: letters), keeping: keeping)
    }

    /// The element-wise product, axes aligned by letter.
    private static func multiplied(_ a: Term, _ b: Term) throws -> Term {
        let letters = a.letters + b.letters.filter { !a.letters.contains($0) }
        func aligned(_ term: Term) throws -> Tensor {
            try term.tensor.transpose(term.axes(letters)).reshape(Shape(letters.map(term.size)))
        }
        return Term(tensor: try binary(.multiply, aligned(a), aligned(b)), letters: letters)
    }
}
