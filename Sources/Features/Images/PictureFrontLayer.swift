import JSON

/// A front layer that takes one picture, `[height, width, channels]`, and gives one.
protocol PictureFrontLayer: FrontLayer {
    /// The numbers of channels it takes; nil of any.
    var channelsTaken: [Int]? { get }
}

extension PictureFrontLayer {
    var channelsTaken: [Int]? { nil }

    /// The type of the one picture that comes in.
    func pictureType(_ inputs: [FrontType]) throws(FrontError) -> FrontType {
        guard inputs.count == 1, inputs[0].element != .string, inputs[0].shape.count == 3 else {
            let found = inputs.map(\.description).joined(separator: " and ")
            throw FrontError("\(Self.name) takes a picture, [height, width, channels], found \(found)")
        }
        if let channels = inputs[0].shape[2] { try checkChannels(channels) }
        return inputs[0]
    }

    /// The extents of the one picture that comes in.
    func window(_ inputs: [FrontValue]) throws(FrontError) -> PictureWindow {
        guard inputs.count == 1, inputs[0].shape.count == 3, inputs[0].element != .string else {
            let found = inputs.map { "\($0.element.rawValue) \($0.shape)" }.joined(separator: " and ")
            throw FrontError("\(Self.name) takes a picture, [height, width, channels], found \(found)")
        }
        let shape = inputs[0].shape
        guard shape[0] > 0, shape[1] > 0, shape[2] > 0 else {
            throw FrontError("\(Self.name) takes a picture with pixels, found one of \(shape)")
        }
        try checkChannels(shape[2])
        return PictureWindow(height: shape[0], width: shape[1], channels: shape[2])
    }

    /// The one picture that comes in, as numbers.
    func picture(_ inputs: [FrontValue]) throws(FrontError) -> FloatPicture {
        let window = try window(inputs)
        return FloatPicture(
            height: window.height,
            width: window.width,
            channels: window.channels,
            pixels: inputs[0].floats ?? []
        )
    }

    private func checkChannels(_ found: Int) throws(FrontError) {
        guard let taken = channelsTaken, !taken.contains(found) else { return }
        let words = taken.map(String.init).joined(separator: " or ")
        throw FrontError("\(Self.name) takes pictures of \(words) channels, found \(found)")
    }
}

/// A picture layer that changes pictures at random while a model is trained, and rests otherwise.
protocol AugmentingLayer: PictureFrontLayer {
    /// A picture of the same extents, changed as `random` draws.
    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture
}

extension AugmentingLayer {
    /// It draws while rows are trained on.
    static var isRandom: Bool { true }

    /// Numbers of the same extents.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        FrontType(.float, try pictureType(inputs).shape)
    }

    /// Changes the picture in training; at rest gives it as it is, in numbers.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let picture = try picture(inputs)
        return (pass.isTraining ? augmented(picture, &pass.random) : picture).value
    }
}
