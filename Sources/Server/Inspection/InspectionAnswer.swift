import JSON
import NN

/// What a view found.
struct InspectionAnswer: Sendable {
    /// What it took.
    let cost: Cost
    /// Its members, in their order.
    let members: [(name: String, value: InspectionMember)]
    /// Its arrays under the names that they have in a file.
    let arrays: [(name: String, tensor: Tensor)]
    /// How its arrays are drawn; nil where there is no picture of it.
    let picture: Drawing?
    /// How many numbers it would hold.
    let numbers: Int

    /// Draws the arrays; throws where their shapes can't be drawn.
    typealias Drawing = @Sendable () throws -> Picture

    /// What a view took.
    struct Cost: Sendable, JSONWritable {
        /// Which derivatives.
        let mode: Mode
        /// The derivative passes.
        let passes: Int
        /// The floating-point operations, as estimated.
        let operations: Int
        /// How many reverse passes the same numbers take; nil where that is no matter.
        var reversePasses: Int?
        /// How long the passes took.
        let milliseconds: Double

        /// Which derivatives are taken.
        enum Mode: String, Sendable {
            case none, forward, reverse, both
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("mode", mode.rawValue)
                json.field("passes", passes)
                json.field("operations", operations)
                json.field("reverse_passes", ifPresent: reversePasses)
                json.field("milliseconds", (milliseconds * 1000).rounded() / 1000)
            }
        }
    }

    /// An answer; its arrays are among its members.
    init(
        cost: Cost,
        members: [(name: String, value: InspectionMember)],
        arrays: [(name: String, tensor: Tensor)],
        picture: Drawing? = nil,
        numbers: Int? = nil
    ) {
        (self.cost, self.members, self.arrays, self.picture) = (cost, members, arrays, picture)
        self.numbers = numbers ?? arrays.reduce(0) { $0 + $1.tensor.volume }
    }
}

/// An array with members beside its own, in one object.
struct InspectionArray: Sendable {
    /// The members that stand before it.
    let members: [(name: String, value: any JSONWritable & Sendable)]
    /// The array.
    let tensor: Tensor

    init(_ members: [(name: String, value: any JSONWritable & Sendable)], _ tensor: Tensor) {
        (self.members, self.tensor) = (members, tensor)
    }

    /// Writes both in one object.
    func write(to json: inout JSONWriter, hasValues: Bool) {
        json.object { json in
            for (name, value) in members {
                json.key(name)
                value.write(to: &json)
            }
            ArrayDocument(tensor, hasValues: hasValues).writeFields(to: &json)
        }
    }
}

/// Something of a view's answer that may be written without its numbers.
protocol InspectionArrayed: Sendable {
    /// Writes it.
    func write(to json: inout JSONWriter, hasValues: Bool)
}

/// A list of arrays.
struct InspectionArrays: InspectionArrayed {
    private let arrays: [InspectionArray]

    init(_ arrays: [InspectionArray]) { self.arrays = arrays }

    func write(to json: inout JSONWriter, hasValues: Bool) {
        json.array { json in for array in arrays { array.write(to: &json, hasValues: hasValues) } }
    }
}

/// Arrays by name.
struct InspectionArraysByName: InspectionArrayed {
    private let arrays: [(name: String, tensor: Tensor)]

    init(_ arrays: [(name: String, tensor: Tensor)]) { self.arrays = arrays }

    func write(to json: inout JSONWriter, hasValues: Bool) {
        json.object { json in
            for (name, tensor) in arrays {
                json.key(name)
                ArrayDocument(tensor, hasValues: hasValues).write(to: &json)
            }
        }
    }
}

extension Tensor: InspectionArrayed {
    func write(to json: inout JSONWriter, hasValues: Bool) {
        ArrayDocument(self, hasValues: hasValues).write(to: &json)
    }
}

/// A member of an answer.
enum InspectionMember: Sendable {
    /// What has no array in it.
    case plain(any JSONWritable & Sendable)
    /// What has.
    case arrayed(any InspectionArrayed)
}
