extension TabularReport {
    /// The report for programs, as JSON: `{"title", "targets": {NAME: {"type", "rows", "metrics": {…}, …}}, "data", "roles",
    /// "history", "best_epoch", "facts", "warnings"}`.
    ///
    /// A metric that is not defined is null, with a reason under its name in the target's `notes`. NaN and infinities
    /// elsewhere are null too. Two targets of one name are told apart by a number: `price`, `price (2)`.
    public func json() -> String {
        var names: Set<String> = []
        let targets = evaluations.map { evaluation in
            var (name, count) = (evaluation.target, 1)
            while !names.insert(name).inserted {
                count += 1
                name = "\(evaluation.target) (\(count))"
            }
            return (name, json(of: evaluation))
        }
        let report = JSONText.object([
            ("title", .string(title)),
            ("targets", .object(targets)),
            ("data", dataSummary.json),
            ("roles", .array(roles.map(\.json))),
            ("history", .object(history.map { ($0.name, .numbers($0.values)) })),
            ("best_epoch", .optional(bestEpoch.map(Double.init))),
            ("facts", .object(facts.map { ($0.name, .string($0.value)) })),
            ("warnings", .array(warnings.map { .string($0) })),
        ])
        return report.text() + "\n"
    }

    private func json(of evaluation: TargetEvaluation) -> JSONText {
        let metrics = evaluation.metrics()
        let notes = metrics.compactMap { metric in metric.note.map { (metric.name, JSONText.string($0)) } }
        var members: [(String, JSONText)] = [
            ("type", .string(evaluation.type.rawValue)),
            ("rows", .count(evaluation.rowCount)),
            ("weighted", .bool(evaluation.weights != nil)),
            ("metrics", .object(metrics.map { ($0.name, .optional($0.value)) })),
            ("notes", .object(notes)),
        ]
        members += evaluation.jsonOfCurves
        members.append(
            ("importance", .array(importances.filter { $0.target == evaluation.target }.map(\.json))))
        members.append(
            ("explanations", .array(explanations.filter { $0.target == evaluation.target }.map(\.json))))
        return .object(members)
    }
}

extension TargetEvaluation {
    /// Classes, threshold, confusion matrix and curves, as far as the type has them.
    fileprivate var jsonOfCurves: [(String, JSONText)] {
        switch outcome {
        case .regression:
            guard let residuals = residuals() else { return [] }
            return [
                ("residuals", residuals.histogram.json), ("residual_quantiles", .numbers(residuals.quantiles)),
            ]
        case .multiclass(_, _, let classes):
            return [("classes", .array(classes.map { .string($0) })), jsonOfConfusion, jsonOfClasses]
        case .binary(_, _, let classes):
            return [
                ("classes", .array(classes.map { .string($0) })), ("threshold", .number(threshold)), jsonOfConfusion,
                jsonOfClasses,
                ("curves", binaryCurves(limit: 100)?.json ?? .null),
                ("calibration", .array(calibration().map(\.json))),
            ]
        }
    }

    private var jsonOfClasses: (String, JSONText) {
        ("class_metrics", .array(classMetrics().map(\.json)))
    }

    private var jsonOfConfusion: (String, JSONText) {
        ("confusion_matrix", confusionMatrix().map { .array($0.counts.map { .numbers($0) }) } ?? .null)
    }
}

extension ClassMetrics {
    fileprivate var json: JSONText {
        .object([
            ("class", .string(name)), ("rows", .number(rows)), ("precision", .optional(precision)),
            ("recall", .optional(recall)), ("f1", .optional(f1)), ("roc_auc", .optional(areaUnderROC)),
        ])
    }
}

extension BinaryCurves {
    fileprivate var json: JSONText {
        .object([
            ("threshold", .numbers(points.map(\.threshold))),
            ("true_positive_rate", .numbers(points.map(\.truePositiveRate))),
            ("false_positive_rate", .numbers(points.map(\.falsePositiveRate))),
            ("precision", .numbers(points.map(\.precision))),
            ("selected", .numbers(points.map(\.selected))),
        ])
    }
}

extension CalibrationBin {
    fileprivate var json: JSONText {
        .object([("predicted", .number(predicted)), ("observed", .number(observed)), ("weight", .number(weight))])
    }
}

extension Histogram {
    fileprivate var json: JSONText {
        .object([("edges", .numbers(edges)), ("counts", .numbers(counts))])
    }
}

extension FeatureImportance {
    fileprivate var json: JSONText {
        .object([
            ("column", .string(feature)), ("metric", .string(metric)), ("mean", .number(mean)),
            ("deviation", .number(deviation)),
        ])
    }
}

extension RowExplanation {
    fileprivate var json: JSONText {
        .object([
            ("row", .count(row)), ("class", .optional(className)), ("prediction", .number(prediction)),
            ("baseline", .number(baseline)),
            (
                "contributions",
                .array(
                    contributions.map {
                        .object([
                            ("column", .string($0.feature)), ("value", .string($0.value)),
                            ("contribution", .number($0.contribution)),
                        ])
                    })
            ),
        ])
    }
}

extension RoleRow {
    fileprivate var json: JSONText {
        .object([
            ("column", .string(column)), ("role", .string(role)), ("type", .string(type)),
            ("treatment", .string(treatment)), ("input", .optional(input)),
        ])
    }
}

extension DataSummary {
    fileprivate var json: JSONText {
        .object([
            ("source", .string(source)), ("rows", .count(rows)), ("skipped_rows", .count(skippedRows)),
            ("parts", .object(parts.map { ($0.name, .count($0.rows)) })),
            ("columns", .array(columns.map(\.json))),
        ])
    }
}

extension ColumnSummary {
    fileprivate var json: JSONText {
        .object(
            [
                ("name", .string(name)), ("type", .string(type)), ("missing", .count(missing)),
                ("distinct", .optional(distinct.map(Double.init))),
            ] + distribution.json)
    }
}

extension ColumnSummary.Distribution {
    fileprivate var json: [(String, JSONText)] {
        switch self {
        case .numerical(let minimum, let mean, let deviation, let maximum, let histogram):
            [
                ("minimum", .number(minimum)), ("mean", .number(mean)), ("deviation", .number(deviation)),
                ("maximum", .number(maximum)), ("histogram", histogram.json),
            ]
        case .dates(let earliest, let latest, let histogram):
            [("earliest", .string(earliest)), ("latest", .string(latest)), ("histogram", histogram.json)]
        case .categorical(let top, let otherRows):
            [
                (
                    "values",
                    .array(top.map { .object([("value", .string($0.value)), ("rows", .count($0.rows))]) })
                ),
                ("other_rows", .count(otherRows)),
            ]
        case .examples(let texts): [("examples", .array(texts.map { .string($0) }))]
        }
    }
}
