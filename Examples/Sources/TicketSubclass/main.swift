// The ticket model as a subclass: layers in properties, a dictionary in, two outputs out.
import Hornbill
import Support

setRandomSeed(1)

final class CustomerTicketModel: Model {
    let concatenate = Concatenate()
    let mixing = Dense(64, activation: .relu)
    let priorityScorer = Dense(1, activation: .sigmoid)
    let departmentClassifier: Dense

    init(departments: Int) {
        departmentClassifier = Dense(departments, activation: .softmax)
        super.init()
    }

    override func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let features = mixing(concatenate([inputs["title"], inputs["text_body"], inputs["tags"]]))
        return [priorityScorer(features), departmentClassifier(features)]
    }
}

let model = CustomerTicketModel(departments: 4)
let samples = 320
let data = [
    "title": random.randint([samples, 1000], minval: 0, maxval: 2),
    "text_body": random.randint([samples, 1000], minval: 0, maxval: 2),
    "tags": random.randint([samples, 100], minval: 0, maxval: 2),
]

// The first call makes the weights.
let (priority, department) = model(data)
check(try priority.validated().shape == [samples, 1] && department.shape == [samples, 4], "two outputs")
print("\(model.name) has \(try model.countParams()) parameters")

try model.compile(
    optimizer: "rmsprop", loss: ["mean_squared_error", "categorical_crossentropy"],
    metrics: [["mean_absolute_error"], ["accuracy"]])
let targets = [random.uniform([samples, 1]), ops.oneHot(random.randint([samples], minval: 0, maxval: 4), 4)]
let history = try model.fit(data, targets, epochs: 3, verbose: 2)
try model.evaluate(data, targets)
let (priorities, departments) = try model.predict(data)
check(priorities.shape == [samples, 1] && departments.shape == [samples, 4], "a row for each ticket")
check(history["loss"][2] < history["loss"][0], "it learns")
