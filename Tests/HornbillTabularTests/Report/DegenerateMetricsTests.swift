import HornbillEngine
import HornbillTabular
import Testing

@Suite struct DegenerateMetricsTests {
    private func value(_ name: String, _ evaluation: TargetEvaluation) throws -> MetricValue {
        try #require(evaluation.metrics().first { $0.name == name })
    }

    private func regression(_ actual: [Double], _ predicted: [Double], weights: [Double]? = nil) throws
        -> TargetEvaluation
    {
        try TargetEvaluation(target: "y", outcome: .regression(actual: actual, predicted: predicted), weights: weights)
    }

    private func binary(_ actual: [Bool], _ probability: [Double], threshold: Double = 0.5) throws -> TargetEvaluation {
        try TargetEvaluation(
            target: "y", outcome: .binary(actual: actual, probability: probability, classes: ["no", "yes"]),
            threshold: threshold)
    }

    private func multiclass(_ actual: [Int], _ probabilities: [[Double]]) throws -> TargetEvaluation {
        try TargetEvaluation(
            target: "y",
            outcome: .multiclass(actual: actual, probabilities: probabilities, classes: ["a", "b", "c"]))
    }

    @Test func withoutRowsNoMetricHasAValue() throws {
        for evaluation in [try regression([], []), try binary([], []), try multiclass([], [])] {
            for metric in evaluation.metrics() {
                #expect(metric.value == nil && metric.note == "there are no rows")
            }
            #expect(evaluation.confusionMatrix() == nil && evaluation.residuals() == nil)
            #expect(evaluation.binaryCurves() == nil && evaluation.calibration().isEmpty)
            #expect(evaluation.thresholdSweep().isEmpty && evaluation.optimisedThreshold() == nil)
        }
        let weightless = try regression([1, 2], [1, 2], weights: [0, 0])
        #expect(weightless.primaryMetric.note == "no row has a weight")
    }

    @Test func aPredictionThatIsNoNumberLeavesAllMetricsWithoutAValue() throws {
        let evaluations = [
            try regression([1, 2], [1, .nan]), try regression([1, 2], [1, .infinity]),
            try binary([true, false], [0.5, .nan]), try binary([true, false], [0.5, 1.5]),
            try multiclass([0, 1], [[1, 0, 0], [.nan, 0, 0]]),
        ]
        for evaluation in evaluations {
            for metric in evaluation.metrics() {
                #expect(metric.value == nil && metric.note?.contains("row 1") == true, "\(metric)")
            }
            #expect(evaluation.confusionMatrix() == nil && evaluation.residuals() == nil)
            #expect(evaluation.optimisedThreshold() == nil && evaluation.classCurves().isEmpty)
        }
    }

    @Test func aTargetThatIsTheSameInAllRowsHasNoShareOfItsVarianceExplained() throws {
        let evaluation = try regression([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])
        for name in ["r2", "explained_variance", "pearson"] {
            #expect(try value(name, evaluation) == MetricValue(name, nil, note: "all actual values are the same"))
        }
        #expect(isClose(try value("mae", evaluation).value, 0.1))
        #expect(try value("r2", regression([1], [2])).note == "there is only one row")
        #expect(try value("pearson", regression([1, 2], [3, 3])).note == "all predictions are the same")
    }

    @Test func errorsThatAreRelativeNeedValuesThatAreNotZeroOrBelowMinusOne() throws {
        #expect(try value("mape", regression([0, 1], [1, 1])).note == "an actual value is 0")
        #expect(try value("rmsle", regression([0, 1], [-1, 1])).value == nil)
        #expect(try value("rmsle", regression([0, 1], [-0.5, 1])).value != nil)
    }

    @Test func whatOverflowsHasNoValue() throws {
        let metric = try value("mse", regression([1e300, -1e300], [0, 0]))
        #expect(metric.value == nil && metric.note == "the values are too large")
    }

    @Test func oneClassAloneCannotBeRanked() throws {
        let (none, all) = (try binary([false, false], [0.2, 0.7]), try binary([true, true], [0.2, 0.7]))
        #expect(try value("roc_auc", none) == MetricValue("roc_auc", nil, note: "no row is positive"))
        #expect(try value("roc_auc", all) == MetricValue("roc_auc", nil, note: "all rows are positive"))
        for name in ["average_precision", "recall", "f1", "lift"] {
            #expect(try value(name, none).note == "no row is positive")
        }
        #expect(try value("accuracy", none).value == 0.5)
        #expect(try value("average_precision", all).value == 1)
        #expect(none.optimisedThreshold() == nil && none.binaryCurves() == nil && none.thresholdSweep().isEmpty)
        #expect(all.confusionMatrix()?.counts == [[0, 0], [1, 1]])
    }

    @Test func precisionNeedsARowTakenForPositive() throws {
        let evaluation = try binary([true, false], [0.2, 0.1], threshold: 0.9)
        #expect(try value("precision", evaluation).note == "no row was taken for positive")
        #expect(try value("recall", evaluation).value == 0 && value("f1", evaluation).value == 0)
    }

    @Test func equalProbabilitiesTellNothing() throws {
        let evaluation = try binary([true, false, true, false], [0.3, 0.3, 0.3, 0.3])
        #expect(try value("roc_auc", evaluation).value == 0.5)
        #expect(try value("lift", evaluation).value == 1)
        #expect(evaluation.binaryCurves()?.points.count == 1)
    }

    @Test func certaintyThatIsWrongCostsAFiniteLogLoss() throws {
        let loss = try #require(value("log_loss", binary([true, false], [0, 1])).value)
        #expect(loss.isFinite && loss > 36)
    }

    @Test func aClassThatNoRowHasIsLeftOutOfTheAreaAndNoted() throws {
        let evaluation = try multiclass([0, 1, 0], [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.5, 0.3, 0.2]])
        let metric = try value("roc_auc", evaluation)
        #expect(metric.value == 1 && metric.note == "without the 1 of 3 classes that no row has")
        #expect(evaluation.classCurves().map { $0 == nil } == [false, false, true])
        #expect(try value("roc_auc", multiclass([1], [[0, 1, 0]])).note == "all rows are of one class")
    }

    @Test func probabilitiesThatDoNotSumToOneHaveNoLogLoss() throws {
        let evaluation = try multiclass([0], [[0.5, 0.1, 0.1]])
        #expect(try value("log_loss", evaluation).note == "the probabilities of a row sum to 0.7, not 1")
        #expect(try value("accuracy", evaluation).value == 1)
    }

    @Test(
        arguments: [
            (
                TargetEvaluation.Outcome.regression(actual: [1, 2], predicted: [1]), nil,
                "1 predictions for 2 actual values"
            ),
            (.regression(actual: [1, .nan], predicted: [1, 2]), nil, "actual value of row 1 is nan"),
            (.regression(actual: [1], predicted: [1]), [1, 1], "2 weights for 1 actual values"),
            (.regression(actual: [1], predicted: [1]), [-1], "weight of row 0 is -1.0"),
            (.binary(actual: [true], probability: [], classes: ["a", "b"]), nil, "0 probabilities for 1"),
            (.binary(actual: [true], probability: [1], classes: ["a"]), nil, "2 classes, not 1"),
            (.multiclass(actual: [2], probabilities: [[1, 0]], classes: ["a", "b"]), nil, "expected 0 to 1"),
            (.multiclass(actual: [0], probabilities: [[1]], classes: ["a", "b"]), nil, "row 0 has 1 probabilities"),
            (.multiclass(actual: [0], probabilities: [[1]], classes: ["a"]), nil, "1 classes, not 2 or more"),
        ] as [(TargetEvaluation.Outcome, [Double]?, String)])
    func whatDoesNotFitTogetherIsAnErrorThatNamesIt(
        _ outcome: TargetEvaluation.Outcome, _ weights: [Double]?, _ message: String
    ) throws {
        let error = try #require(throws: HornbillError.self) {
            try TargetEvaluation(target: "y", outcome: outcome, weights: weights)
        }
        #expect(error.kind == .data && error.message.contains("target 'y'") && error.message.contains(message))
    }
}
