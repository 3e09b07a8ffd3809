import GRDB
import ModelStore
import Testing

/// What each frequent query costs, as SQLite's planner tells (https://www.sqlite.org/eqp.html).
struct QueryPlanTests {
    struct Query: CustomTestStringConvertible {
        let name: String
        let sql: String
        /// What is walked, but no farther than its first row.
        var mayWalk: [String] = []
        /// Whether the order comes from an index alone.
        var isPresorted = true

        var testDescription: String { name }
    }

    static let queries: [Query] = [
        Query(name: "list jobs", sql: JobTable.listQuery(JobFilter())),
        Query(name: "list jobs by state", sql: JobTable.listQuery(JobFilter(state: .queued))),
        Query(name: "list jobs by model", sql: JobTable.listQuery(JobFilter(model: "m"))),
        Query(name: "list jobs by state and model", sql: JobTable.listQuery(JobFilter(state: .queued, model: "m"))),
        Query(name: "list jobs by experiment", sql: JobTable.listQuery(JobFilter(experiment: "e"))),
        Query(name: "read the jobs of an experiment", sql: ExperimentTable.jobsQuery),
        // The turns are walked in the order of their index, and no farther than the first one.
        Query(name: "is there work", sql: JobTable.workQuery(), mayWalk: ["turns USING COVERING INDEX turns_in_order"]),
        Query(name: "claim an orphan", sql: JobTable.orphanQuery(), isPresorted: false),
        Query(name: "find the retries that are due", sql: JobTable.dueQuery),
        Query(
            name: "claim a queued job",
            sql: JobTable.queuedQuery,
            mayWalk: ["turns USING COVERING INDEX turns_in_order"]
        ),
        Query(name: "open a model", sql: ModelTable.findQuery),
        Query(name: "open a version", sql: VersionTable.findQuery),
        Query(name: "open the newest version", sql: VersionTable.newestQuery),
        Query(name: "read weights", sql: TensorTable.weightsQuery),
        Query(name: "list evaluations", sql: EvaluationTable.listQuery),
        Query(name: "list kept epochs", sql: CheckpointTable.keptQuery),
        Query(name: "find the jobs that need a dataset again", sql: JobTable.repeatableQuery),
    ]

    @Test(arguments: queries)
    func `a frequent query walks no table`(query: Query) throws {
        let bench = try Bench()

        let plan = try bench.raw { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(query.sql)")
            statement.setUncheckedArguments(StatementArguments())
            return try Row.fetchAll(statement).map { try $0.decode(String.self, forColumn: "detail") }
        }

        #expect(!plan.isEmpty)
        for step in plan where step.hasPrefix("SCAN") && step != "SCAN CONSTANT ROW" {
            #expect(query.mayWalk.contains { step.hasSuffix(" \($0)") }, "\(step)")
        }
        if query.isPresorted { #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)") }
    }
}
