import Hornbill
import Testing

@Suite struct MetricTests {
    @Test func `a metric of one's own is updated batch by batch, eager and in fit`() throws {
        final class LargestError: Metric {
            private lazy var largest = addWeight(name: "largest")
            override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
                try largest.assign(ops.maximum(largest.value, ops.max(ops.abs(yTrue - yPred))))
            }
            override func result() throws -> Tensor { largest.value }
        }
        let metric = LargestError()
        #expect(metric.name == "largest_error")
        try metric.updateState(Tensor([1.0, 2]).cast(to: .float32), Tensor([1.5, 2]).cast(to: .float32))
        try metric.updateState(Tensor([1.0, 2]).cast(to: .float32), Tensor([1.0, 4]).cast(to: .float32))
        #expect(try metric.result().item() == 2)
        try metric.resetState()
        #expect(try metric.result().item() == 0)

        try Session.withNew(seed: 1) {
            let model = Sequential([Dense(1, kernelInitializer: "zeros", inputShape: [1])])
            try model.compile(optimizer: .sgd(learningRate: 0), loss: .mse, metrics: [LargestError()])
            let y = Tensor(rows: [[1.0], [5], [-2], [3]])
            let history = try model.fit(Tensor.ones([4, 1]), y, batchSize: 2, verbose: 0)
            #expect(history["largest_error"] == [5])
        }
    }

    @Test func `a mean of a function is a metric`() throws {
        let near = Metrics.MeanOf("near") { ops.abs($0 - $1) <= 1.0 }
        try near.updateState(Tensor([0.0, 0, 0, 0]), Tensor([0.5, 2, -1, 3]))
        #expect(try near.result().item() == 0.5)
        #expect(near.kerasClassName == "MeanOf")
    }

    @Test func `the area under the curve is the chance that a positive outranks a negative`() throws {
        let truth = random.uniform([400], seed: 1) > 0.6
        let noise = random.uniform([400], seed: 2)
        let scores = ops.clip(0.5 * noise + 0.4 * truth.cast(to: .float32) + 0.05, 0.0, 1.0)
        let auc = Metrics.AUC(numThresholds: 2000)
        try auc.updateState(truth, scores)
        let (labels, values) = (try truth.doubles(), try scores.doubles())
        var (wins, pairs) = (0.0, 0.0)
        for i in labels.indices where labels[i] == 1 {
            for j in labels.indices where labels[j] == 0 {
                wins += values[i] > values[j] ? 1 : values[i] == values[j] ? 0.5 : 0
                pairs += 1
            }
        }
        #expect(abs(try auc.result().item() - wins / pairs) < 1e-3)
    }

    @Test func `names are unique where Keras makes them up`() {
        Session.withNew {
            #expect([Metrics.AUC().name, Metrics.AUC().name] == ["auc", "auc_1"])
            #expect([Metrics.Precision().name, Metrics.Precision().name] == ["precision", "precision_1"])
            #expect(Metrics.MeanSquaredError().name == Metrics.MeanSquaredError().name)
            #expect(Metrics.MeanIoU(numClasses: 2).name == "mean_io_u")
        }
    }

    @Test func `every alias stands for its class`() throws {
        for (name, expected) in [
            "mse": "MeanSquaredError", "MAE": "MeanAbsoluteError", "mean_io_u": nil, "auc": "AUC",
            "root_mean_squared_error": "RootMeanSquaredError", "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
        ] as [String: String?] {
            #expect(Metrics.known[name]?().kerasClassName == expected)
        }
    }

    @Test func `what does not fit is an error`() throws {
        expectError(.argument, "1.5") {
            try Metrics.Precision(thresholds: [1.5]).updateState(Tensor([1.0]), Tensor([1.0]))
        }
        expectError(.argument, "class 7") {
            try Metrics.Recall(classId: 7).updateState(Tensor.ones([2, 3]), Tensor.ones([2, 3]))
        }
        expectError(.shape, "(2, 3)", "(2, 2)") {
            try Metrics.AUC().updateState(Tensor.ones([2, 3]), Tensor.ones([2, 2]))
        }
        expectError(.argument, "numThresholds") {
            try Metrics.AUC(numThresholds: 1).updateState(Tensor([1.0]), Tensor([1.0]))
        }
        expectError(.shape, "(batch, classes)") { try Metrics.F1Score().updateState(Tensor([1.0]), Tensor([1.0])) }
        expectError(.state, "before its first update") { _ = try Metrics.F1Score().result() }
        expectError(.argument, "not all among") {
            try Metrics.IoU(numClasses: 2, targetClassIds: [2]).updateState(Tensor([1]), Tensor([1]))
        }
        expectError(.argument, "within 0 … 1") {
            try Metrics.PrecisionAtRecall(1.5).updateState(Tensor([1.0]), Tensor([1.0]))
        }
        expectError(.shape, "(3,)", "(2, 4)") {
            try Metrics.SparseTopKCategoricalAccuracy().updateState(Tensor([0, 1, 2]), Tensor.ones([2, 4]))
        }
        expectError(.state, "does not override") { try Metric(name: "m").updateState(Tensor([1.0]), Tensor([1.0])) }
    }

    @Test func `labels counted apart are as many in every batch`() throws {
        let auc = Metrics.AUC(multiLabel: true)
        try auc.updateState(Tensor.ones([2, 3]), Tensor.ones([2, 3]))
        expectError(.shape, "3 labels") { try auc.updateState(Tensor.ones([2, 4]), Tensor.ones([2, 4])) }
    }
}
