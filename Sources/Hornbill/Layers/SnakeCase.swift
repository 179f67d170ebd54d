/// A class's name as Keras's automatic names and files have it: `PReLU` → `p_re_lu`, `Conv2DTranspose` →
/// `conv2d_transpose`.
///
/// Keras's two rules, one after the other: an underscore before a capital that lower-case letters follow, then one
/// between a lower-case letter and a capital.
package func snakeCase(_ name: String) -> String {
    let kept = Array(
        name.unicodeScalars.filter { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil })
    func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    var words: [Unicode.Scalar] = []
    var index = 0
    // `(.)([A-Z][a-z]+)`: matches do not overlap, so the scan goes on behind each.
    while index < kept.count {
        if index + 2 < kept.count, isUpper(kept[index + 1]), isLower(kept[index + 2]) {
            words += [kept[index], "_", kept[index + 1]]
            index += 2
            while index < kept.count, isLower(kept[index]) {
                words.append(kept[index])
                index += 1
            }
        } else {
            words.append(kept[index])
            index += 1
        }
    }
    var result = String.UnicodeScalarView()
    for (position, scalar) in words.enumerated() {
        if position > 0, isLower(words[position - 1]), isUpper(scalar) { result.append("_") }
        result.append(scalar)
    }
    return String(result).lowercased()
}
