import SQL

/// Which jobs a client wants to see.
public struct JobFilter: Sendable {
    /// Only jobs in this state.
    public var state: JobState?
    /// Only jobs of this model.
    public var model: String?
    /// Only jobs of this experiment.
    public var experiment: String?
    /// The most jobs on one page.
    public var limit: Int
    /// The last job of the page before.
    public var after: JobID?

    /// Describes a page; without arguments the newest 50 jobs.
    public init(
        state: JobState? = nil,
        model: String? = nil,
        experiment: String? = nil,
        limit: Int = 50,
        after: JobID? = nil
    ) {
        self.state = state
        self.model = model
        self.experiment = experiment
        self.limit = limit
        self.after = after
    }
}

/// One page of jobs.
public struct JobPage: Equatable, Sendable {
    /// The jobs, newest first.
    public let jobs: [Job]
    /// Where the next page goes on, or nil at the end.
    public let next: JobID?
}

extension JobTable {
    /// A page of the jobs that match, newest first; its cost does not depend on how many jobs there are.
    public func list(_ filter: JobFilter = JobFilter()) throws(StoreError) -> JobPage {
        let limit = max(filter.limit, 0)
        var arguments: Arguments = ["after": filter.after?.number ?? Int64.max, "limit": limit + 1]
        if let state = filter.state { arguments += ["state": state.rawValue] }
        if let model = filter.model { arguments += ["model": model] }
        if let experiment = filter.experiment { arguments += ["experiment": experiment] }
        let jobs = try storage.read { database in
            try Row.all(database, sql: Self.listQuery(filter), arguments: arguments).map(Job.init)
        }
        // One row more than asked for tells whether there is a next page.
        return JobPage(jobs: Array(jobs.prefix(limit)), next: jobs.count > limit ? jobs.prefix(limit).last?.id : nil)
    }

    /// Binds `after`, `limit`, and what the filter has of `state`, `model` and `experiment`.
    package static func listQuery(_ filter: JobFilter) -> String {
        let state = filter.state == nil ? "" : "AND state = :state"
        let model = filter.model == nil ? "" : "AND model = :model"
        let experiment = filter.experiment == nil ? "" : "AND experiment = :experiment"
        return """
            SELECT * FROM jobs WHERE id < :after \(state) \(model) \(experiment) ORDER BY id DESC LIMIT :limit
            """
    }
}
