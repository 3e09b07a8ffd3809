/// What a run's callbacks have seen, part of its checkpoints.
struct CallbackState: Sendable, Equatable {
    /// Of `early_stopping`.
    var stopping = EarlyStopping.State()
    /// Of `reduce_lr_on_plateau`.
    var plateau = PlateauReduction.State()
    /// The learning rate that it came to; nil before the first reduction.
    var reducedRate: Double?
}
