import Interchange
import ModelStore
import Platform

/// What the program has started, for the subjects to take from.
struct Parts: Sendable {
    /// All that outlives the process.
    let store: Store
    /// Where calls run that block.
    let threads: BlockingThreads
    /// The networks of the models that were asked for lately.
    let networks: NetworkCache
    /// The answers.
    let predictor: Predictor
    /// Data that came inside training requests.
    let inlineData: InlineData
    /// The threads that train.
    let workers: TrainingWorkers
    /// What takes experiments further.
    let experiments: ExperimentRunner
    /// Whether requests can be served.
    let readiness: Readiness
    /// What is counted.
    let metrics: ProgramMetrics
    /// Whether clients must show tokens.
    let needsTokens: Bool
    /// How ranks speak to each other.
    let ranks: RankTransport
    /// The memory that everything draws on.
    let memory: MemoryBudget
    /// The bytes of a body that is held in memory, such as JSON.
    let heldBodyBytes: Int
    /// How files of other frameworks are taken apart.
    let files: FileReading
    /// The model that is asked where a request of a dialect names none; nil for none.
    let defaultModel: ModelChoice?
    /// The routes of a container of Vertex AI; nil elsewhere.
    let vertexRoutes: Vertex.Routes?
}
