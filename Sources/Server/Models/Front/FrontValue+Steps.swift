import Features

extension [FrontValue] {
    /// The same, a 0 in place of a text without a token: what stands for nothing, as where texts fill one another up.
    var withoutEmptySteps: [FrontValue] {
        map { value in
            if case .integers = value.content, value.shape == [0] { return FrontValue(.integers([0]), [1]) }
            return value
        }
    }
}
