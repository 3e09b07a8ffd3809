/// What is wrong with the file of a picture; a sentence for the client who sent it.
public struct PictureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found, what was expected, and what to do.
    public let description: String
    /// Where in the file it is, from 0; nil where the whole file is meant.
    public let byte: Int?

    /// Makes an error of a sentence.
    public init(_ description: String, byte: Int? = nil) {
        self.description = description
        self.byte = byte
    }
}
