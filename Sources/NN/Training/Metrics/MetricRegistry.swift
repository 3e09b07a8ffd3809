extension Registry where Product == any MetricKind {
    /// Every metric that a request may name, in the order in which messages list them.
    static let metrics = Registry(
        of: "metric",
        [
            .init(FittingAccuracy.self),
            .init(plain: SparseCategoricalAccuracy.self),
            .init(plain: CategoricalAccuracy.self),
            .init(BinaryAccuracyKind.self),
            .init(SparseTopKAccuracyKind.self),
            .init(TopKAccuracyKind.self),
            .init(PrecisionKind.self),
            .init(RecallKind.self),
            .init(F1ScoreKind.self),
            .init(FBetaScoreKind.self),
            .init(AreaUnderCurveKind.self),
            .init(TruePositives.self),
            .init(FalsePositives.self),
            .init(TrueNegatives.self),
            .init(FalseNegatives.self),
            .init(SensitivityAtSpecificity.self),
            .init(SpecificityAtSensitivity.self),
            .init(PrecisionAtRecall.self),
            .init(RecallAtPrecision.self),
            .init(IntersectionKind.self),
            .init(MeanIntersectionKind.self),
            .init(BinaryIntersectionKind.self),
            .init(OneHotIntersectionKind.self),
            .init(OneHotMeanIntersectionKind.self),
            .init(plain: ConfusionMatrix.self),
            .init(plain: Perplexity.self),
            .init(plain: SequenceAccuracy.self),
            .init(plain: CharacterErrorRate.self),
            .init(plain: WordErrorRate.self),
            .init(plain: BLEU.self),
            .init(plain: AbsoluteErrorMetric.self),
            .init(plain: SquaredErrorMetric.self),
            .init(plain: RootMeanSquaredError.self),
            .init(plain: AbsolutePercentageErrorMetric.self),
            .init(SquaredLogarithmicErrorMeasure.self),
            .init(DeterminationKind.self),
            .init(PearsonMeasure.self),
            .init(ConcordanceMeasure.self),
            .init(CosineMeasure.self),
            .init(LogCoshMeasure.self),
            .init(HuberMeasure.self),
            .init(PoissonMeasure.self),
            .init(DivergenceMeasure.self),
            .init(HingeMeasure.self),
            .init(SquaredHingeMeasure.self),
            .init(CategoricalHingeMeasure.self),
            .init(BinaryCrossentropyMeasure.self),
            .init(BinaryFocalMeasure.self),
            .init(CategoricalCrossentropyMeasure.self),
            .init(CategoricalFocalMeasure.self),
            .init(SparseCategoricalCrossentropyMeasure.self),
        ]
    )
}

extension Registry.Entry where Product == any MetricKind {
    fileprivate init<Kind: MetricKind>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }

    fileprivate init<Kind: PlainMetric>(plain kind: Kind.Type) { self.init(PlainMetricKind<Kind>.self) }
}

/// The metrics that a request may name.
enum MetricRegistry {
    /// Those that can hold a row's result against a target that is one sequence.
    static let ofSequences = [
        SequenceAccuracy.names, CharacterErrorRate.names, WordErrorRate.names, BLEU.names,
    ].map { $0[0] }
}
