// Customer tickets: three inputs, a priority and a department; data and losses by position and by name.
import Hornbill
import Support

setRandomSeed(1)
let vocabularySize = 10_000
let tagCount = 100
let departmentCount = 4

let title = Input(shape: [vocabularySize], name: "title")
let textBody = Input(shape: [vocabularySize], name: "text_body")
let tags = Input(shape: [tagCount], name: "tags")
let merged = Concatenate()([title, textBody, tags])
let features = Dense(64, activation: "relu")(merged)
let priority = Dense(1, activation: "sigmoid", name: "priority")(features)
let department = Dense(departmentCount, activation: "softmax", name: "department")(features)
let model = try Model(inputs: [title, textBody, tags], outputs: [priority, department])
try model.summary()

// Random integers, as in the book: they are cast where the model wants floating point.
let samples = 1280
let titleData = random.randint([samples, vocabularySize], minval: 0, maxval: 2)
let bodyData = random.randint([samples, vocabularySize], minval: 0, maxval: 2)
let tagsData = random.randint([samples, tagCount], minval: 0, maxval: 2)
let priorityData = random.uniform([samples, 1])
let departmentData = random.randint([samples, departmentCount], minval: 0, maxval: 2)

// By position.
try model.compile(
    optimizer: "rmsprop", loss: ["mean_squared_error", "categorical_crossentropy"],
    metrics: [["mean_absolute_error"], ["accuracy"]])
try model.fit([titleData, bodyData, tagsData], [priorityData, departmentData], epochs: 1)
try model.evaluate([titleData, bodyData, tagsData], [priorityData, departmentData])

// By name.
try model.compile(
    optimizer: "rmsprop",
    loss: ["priority": "mean_squared_error", "department": "categorical_crossentropy"],
    metrics: ["priority": ["mean_absolute_error"], "department": ["accuracy"]])
let history = try model.fit(
    ["title": titleData, "text_body": bodyData, "tags": tagsData],
    ["priority": priorityData, "department": departmentData], epochs: 1)
let result = try model.evaluate(
    ["title": titleData, "text_body": bodyData, "tags": tagsData],
    ["priority": priorityData, "department": departmentData])
print(history.keys.joined(separator: ", "))
print(result)

let (priorities, departments) = try model.predict([titleData, bodyData, tagsData])
check(priorities.shape == [samples, 1] && departments.shape == [samples, departmentCount], "a row for each ticket")
check(history.keys.contains("department_accuracy"), "metrics are named by output")
