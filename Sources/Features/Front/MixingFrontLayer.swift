/// A front layer that joins the picture of a row that is trained on with that of another, and their targets alike.
///
/// Keras's take the other from the same batch, in an order that is drawn for all of it. Here each row draws its own among
/// those that are trained on, so that what it becomes depends neither on its batch nor on threads.
protocol MixingFrontLayer: PictureFrontLayer {
    /// Joins two pictures of one size.
    ///
    /// - Parameters:
    ///   - picture: The row's own.
    ///   - other: The other row's.
    ///   - random: What the layer draws from.
    /// - Returns: The picture, and how much of the row's own targets stays; the rest is of the other's.
    func mixed(
        _ picture: FloatPicture,
        with other: FloatPicture,
        _ random: inout RowRandom
    ) -> (picture: FloatPicture, weight: Float)
}

extension MixingFrontLayer {
    /// It draws while rows are trained on.
    static var isRandom: Bool { true }

    /// Numbers of the same extents.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        FrontType(.float, try pictureType(inputs).shape)
    }

    /// The picture as it is, in numbers: there is no other.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        try picture(inputs).value
    }

    /// Joins what comes in of two rows.
    ///
    /// - Throws: `FrontError` for pictures of two sizes.
    func joined(
        _ inputs: [FrontValue],
        _ others: [FrontValue],
        _ random: inout RowRandom
    ) throws(FrontError) -> (value: FrontValue, weight: Float) {
        let (own, other) = (try picture(inputs), try picture(others))
        guard own.value.shape == other.value.shape else {
            throw FrontError(
                "\(Self.name) joins pictures of one size, found \(own.value.shape) and \(other.value.shape); put a Resizing "
                    + "before it"
            )
        }
        let (picture, weight) = mixed(own, with: other, &random)
        return (picture.value, weight)
    }
}
