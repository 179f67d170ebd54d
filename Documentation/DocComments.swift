// What the blocks of code in doc comments take for granted (Scripts/guides.sh).
import Foundation
import Hornbill
import HornbillTabular

let (x, y) = (random.uniform([8, 4]), random.uniform([8, 1]))
let (p, series) = (y, random.uniform([100, 1]))
let model = Sequential([Dense(1)])
let (kernel, bias) = (try Variable(ops.zeros([4, 1])), try Variable(ops.zeros([1])))
let texts = ["a fine film", "dull"]
let (ages, cities, rooms) = (Tensor([30.0, 40]), Tensor(["Rome", "Oslo"]), Tensor([2, 3]))
let vectorize = TextVectorization()

/// The architecture of a table's model.
struct Net: Architecture {
    func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model { Sequential([Dense(1)]) }
    func compileModel(_ model: Model) throws {}
}
