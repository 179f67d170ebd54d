/// How a graph is compiled.
public struct CompileOptions: Sendable, Hashable {
    /// The size of the thread team, fixed for the plan's life. The results do not depend on it.
    public var threads: Int
    /// Whether the graph is verified after every pass.
    public var verify: Bool
    /// Whether the graph is rewritten to run faster; off, every node is one step. For tests and for finding faults.
    public var optimize: Bool
    /// Whether each row's bits must not depend on how many rows there are: a part of a loop's rows is compiled.
    package var ownProducts = false

    public init(threads: Int? = nil, verify: Bool = CompileOptions.verifiesByDefault, optimize: Bool = true) {
        self.threads = max(threads ?? ThreadTeam.defaultSize, 1)
        self.verify = verify
        self.optimize = optimize
    }

    /// On in debug builds.
    public static var verifiesByDefault: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }
}
