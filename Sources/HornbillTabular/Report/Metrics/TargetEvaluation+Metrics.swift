extension TargetEvaluation {
    /// The metrics of the type, in the order to be shown, with scikit-learn's definitions and weights.
    ///
    /// A regression has `r2`, `explained_variance`, `pearson`, `mae`, `mse`, `rmse`, `rmsle` and `mape` (a fraction); a
    /// binary target `roc_auc`, `average_precision`, `accuracy`, `precision`, `recall`, `f1`, `log_loss`, `lift` (of the
    /// tenth of the rows with the highest probability) and `cost_matrix_gain`, decided at ``threshold``; a target of
    /// several classes `accuracy`, `roc_auc` (each class against the rest), `precision`, `recall`, `f1` (means over
    /// classes) and `log_loss`. A metric that is not defined on these rows has no value but a note that says why.
    public func metrics() -> [MetricValue] {
        metrics(metricNames)
    }

    /// The metric that the type is judged by: `r2`, `roc_auc` of a binary target, `accuracy` of several classes.
    public var primaryMetric: MetricValue {
        metric(named: metricNames[0])
    }

    /// One metric of the type, by its name in `report.json`; without a value where the type has none of that name.
    public func metric(named name: String) -> MetricValue {
        metrics([name])[0]
    }

    private var metricNames: [String] {
        switch outcome {
        case .regression: RegressionSample.metricNames
        case .binary: BinarySample.metricNames
        case .multiclass: MulticlassSample.metricNames
        }
    }

    private func metrics(_ names: [String]) -> [MetricValue] {
        do {
            return names.map(try metric())
        } catch {
            return names.map { MetricValue($0, nil, note: error.reason) }
        }
    }

    /// How to get a metric by name.
    private func metric() throws(Undefined) -> (String) -> MetricValue {
        switch outcome {
        case .regression(let actual, let predicted):
            try RegressionSample(actual: actual, predicted: predicted, weights: weights).metric
        case .binary: try BinarySample(self).metric
        case .multiclass: try MulticlassSample(self).metric
        }
    }
}
