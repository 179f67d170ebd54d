// A third output on a model that is there already: inner results are reused, nothing is built anew.
import Hornbill
import Support

setRandomSeed(1)
let title = Input(shape: [100], name: "title")
let textBody = Input(shape: [100], name: "text_body")
let tags = Input(shape: [10], name: "tags")
let features = Dense(64, activation: "relu")(Concatenate()([title, textBody, tags]))
let priority = Dense(1, activation: "sigmoid", name: "priority")(features)
let department = Dense(4, activation: "softmax", name: "department")(features)
let model = try Model(inputs: [title, textBody, tags], outputs: [priority, department])

for (index, layer) in model.layers.enumerated() { print(index, layer.name) }

// How long will a ticket take: quick, medium, difficult?
let inner = model.layers[4].output
let difficulty = Dense(3, activation: "softmax", name: "difficulty")(inner)
let extended = try Model(inputs: [title, textBody, tags], outputs: [priority, department, difficulty])
try extended.summary()

let data = [random.uniform([50, 100]), random.uniform([50, 100]), random.uniform([50, 10])]
let (before, _) = try model.predict(data)
let (after, _, levels) = try extended.predict(data)
check(try before.floats() == after.floats(), "both models share their layers")
check(levels.shape == [50, 3], "the new output has three classes")
