import Foundation
import HornbillEngine

/// In what form a picture is written, by the ending of its file's name.
enum PictureFormat: String, CaseIterable {
    case png, svg, pdf, dot

    /// - Parameter allowed: the forms that can be made here.
    /// - Throws: kind `argument` for another ending; a name without one is taken for a PNG.
    static func of(_ path: String, allowed: [PictureFormat]) throws -> PictureFormat {
        let ending = (path as NSString).pathExtension
        if ending.isEmpty { return .png }
        guard let format = PictureFormat(rawValue: ending.lowercased()), allowed.contains(format) else {
            throw HornbillError(
                .argument,
                "'\(path)' ends in .\(ending); pictures can be written as \(allowed.map { ".\($0.rawValue)" }.joined(separator: ", "))"
            )
        }
        return format
    }
}
