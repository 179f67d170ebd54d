/// All that is reported about one training: data, roles, model, curves, and how good it is, target by target.
///
/// ``html()`` is a page for people, ``json()`` the same for programs.
public struct TabularReport: Sendable, Codable {
    /// The values of one metric or loss, epoch by epoch.
    public struct Curve: Sendable, Codable, Equatable {
        /// The key of the history: `loss`, `val_loss`, `survived_auc`, …
        public let name: String
        /// One value for each epoch, from the first; NaN where there is none.
        public let values: [Double]

        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// A fact about the run, such as the seed or the optimizer.
    public struct Fact: Sendable, Codable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var title: String
    public var dataSummary: DataSummary
    public var roles: [RoleRow]
    /// A drawing of the model, as SVG.
    public var architectureSVG: String?
    public var history: [Curve]
    /// The epoch, from 0, whose weights were kept.
    public var bestEpoch: Int?
    /// One for each target.
    public var evaluations: [TargetEvaluation]
    public var importances: [FeatureImportance]
    public var explanations: [RowExplanation]
    /// How the run was set up, in the order to be shown.
    public var facts: [Fact]
    /// What a reader should know before believing the figures, in sentences.
    public var warnings: [String]

    public init(
        title: String, dataSummary: DataSummary, roles: [RoleRow], architectureSVG: String? = nil,
        history: [Curve] = [], bestEpoch: Int? = nil, evaluations: [TargetEvaluation],
        importances: [FeatureImportance] = [], explanations: [RowExplanation] = [], facts: [Fact] = [],
        warnings: [String] = []
    ) {
        self.title = title
        self.dataSummary = dataSummary
        self.roles = roles
        self.architectureSVG = architectureSVG
        self.history = history
        self.bestEpoch = bestEpoch
        self.evaluations = evaluations
        self.importances = importances
        self.explanations = explanations
        self.facts = facts
        self.warnings = warnings
    }
}
