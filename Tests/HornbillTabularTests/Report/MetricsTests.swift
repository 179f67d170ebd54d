import HornbillEngine
import HornbillTabular
import Testing

@Suite struct MetricsTests {
    @Test func theGoldenDataIsThere() {
        #expect(GoldenMetrics.all.count == 22)
    }

    @Test(arguments: GoldenMetrics.all)
    func metricsAreThoseOfScikitLearn(_ golden: GoldenMetrics) throws {
        let evaluation = try golden.evaluation()
        let metrics = evaluation.metrics()
        #expect(Set(metrics.map(\.name)) == Set(golden.metrics.keys))
        for metric in metrics {
            let expected = golden.metrics[metric.name] ?? nil
            #expect(isClose(metric.value, expected), "\(metric.name): \(metric) instead of \(expected as Any)")
            #expect(metric.value != nil || metric.note != nil)
        }
        #expect(evaluation.primaryMetric == metrics[0])
    }

    @Test(arguments: GoldenMetrics.all)
    func classesAreToldApartAsScikitLearnSays(_ golden: GoldenMetrics) throws {
        let classes = try golden.evaluation().classMetrics()
        let expected = golden.classes ?? []
        #expect(classes.count == expected.count)
        for (found, wanted) in zip(classes, expected) {
            let values = [found.precision, found.recall, found.f1, found.areaUnderROC, found.rows]
            for (value, other) in zip(values, wanted) { #expect(isClose(value, other), "\(found), not \(wanted)") }
        }
    }

    @Test(arguments: GoldenMetrics.all)
    func aRowOfWeightTwoCountsAsTwoRows(_ golden: GoldenMetrics) throws {
        let rows = golden.actual.indices.flatMap { $0.isMultiple(of: 3) ? [$0, $0] : [$0] }
        var (twice, weighted) = (golden, golden)
        twice.actual = rows.map { golden.actual[$0] }
        twice.predicted = golden.predicted.map { values in rows.map { values[$0] } }
        twice.probability = golden.probability.map { values in rows.map { values[$0] } }
        twice.probabilities = golden.probabilities.map { values in rows.map { values[$0] } }
        twice.weights = nil
        weighted.weights = golden.actual.indices.map { $0.isMultiple(of: 3) ? 2 : 1 }
        let expected = try twice.evaluation().metrics()
        for (metric, expected) in zip(try weighted.evaluation().metrics(), expected) {
            #expect(isClose(metric.value, expected.value), "\(metric) instead of \(expected)")
        }
    }

    @Test(arguments: GoldenMetrics.all)
    func aRowOfWeightZeroCountsNowhereEvenIfItsPredictionIsNoNumber(_ golden: GoldenMetrics) throws {
        var masked = golden
        masked.actual.append(golden.actual[0])
        masked.predicted?.append(.nan)
        masked.probability?.append(.nan)
        masked.probabilities?.append(golden.probabilities?[0].map { _ in Double.nan } ?? [])
        masked.weights = (golden.weights ?? golden.actual.map { _ in 1 }) + [0]
        for (metric, expected) in zip(try masked.evaluation().metrics(), try golden.evaluation().metrics()) {
            #expect(isClose(metric.value, expected.value), "\(metric) instead of \(expected)")
        }
    }

    @Test(arguments: GoldenMetrics.binary)
    func curvesAreThoseOfScikitLearn(_ golden: GoldenMetrics) throws {
        let evaluation = try golden.evaluation()
        let (curves, expected) = (try #require(evaluation.binaryCurves()), try #require(golden.curves))
        #expect(isClose(curves.points.map(\.threshold), expected.thresholds))
        #expect(isClose(curves.points.map(\.truePositiveRate), expected.truePositiveRate))
        #expect(isClose(curves.points.map(\.falsePositiveRate), expected.falsePositiveRate))
        // scikit-learn's precision–recall curve ends with the row that completes the recall.
        let shown = expected.recall.count
        #expect(isClose(curves.points.prefix(shown).map(\.recall), expected.recall))
        #expect(isClose(curves.points.prefix(shown).map(\.precision), expected.precision))
        if let observed = expected.calibrationObserved, let predicted = expected.calibrationPredicted {
            let bins = evaluation.calibration()
            #expect(isClose(bins.map(\.observed), observed))
            #expect(isClose(bins.map(\.predicted), predicted))
            #expect(bins.map(\.weight).reduce(0, +) == Double(golden.actual.count))
        }
    }

    @Test(arguments: GoldenMetrics.binary)
    func theOptimisedThresholdIsAsGoodAsTheBestOfAll(_ golden: GoldenMetrics) throws {
        let evaluation = try golden.evaluation()
        let expected = try #require(golden.curves)
        for (objective, best) in [(ThresholdObjective.f1, expected.bestF1), (.accuracy, expected.bestAccuracy)] {
            let threshold = try #require(evaluation.optimisedThreshold(maximising: objective))
            let metrics = try evaluation.with(threshold: threshold).metrics()
            #expect(isClose(metrics.first { $0.name == objective.rawValue }?.value, best))
        }
    }

    @Test(arguments: GoldenMetrics.binary)
    func aThresholdForTheGainIsNoWorseThanAnyOther(_ golden: GoldenMetrics) throws {
        let evaluation = try golden.evaluation()
        func gain(_ threshold: Double) throws -> Double {
            try #require(evaluation.with(threshold: threshold).metrics().first { $0.name == "cost_matrix_gain" }?.value)
        }
        let best = try gain(#require(evaluation.optimisedThreshold(maximising: .gain)))
        for point in evaluation.thresholdSweep() {
            #expect(isClose(try gain(point.threshold), point.gain))
            #expect(point.gain <= best + 1e-12)
        }
    }
}
