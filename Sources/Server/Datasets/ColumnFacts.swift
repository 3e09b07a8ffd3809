import Features
import JSON

/// What is known of a column of a dataset, as clients see it and as it is stored.
struct ColumnFacts: Sendable, Equatable {
    /// The least or the greatest value: a number, or the text of an instant.
    enum Bound: Sendable, Equatable, JSONWritable {
        case integer(Int)
        case number(Double)
        case instant(String)

        func write(to json: inout JSONWriter) {
            switch self {
            case .integer(let value): json.write(value)
            case .number(let value): json.write(value)
            case .instant(let text): json.write(text)
            }
        }
    }

    /// A word, and how many rows have it.
    struct Category: Sendable, Equatable, JSONWritable {
        let value: String
        let count: Int

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("value", value)
                json.field("count", count)
            }
        }
    }

    /// How many categories are shown: those with the most rows.
    static let shownCategories = 100

    /// Its name.
    var name: String
    /// What its values are.
    var type: ColumnType
    /// How many of its values are missing; nil where nobody has counted.
    var missing: Int?
    /// How many different values it has; nil where there are too many to count, or nobody has counted.
    var distinct: Int?
    /// The least value of a number, an integer or a date.
    var least: Bound?
    /// The greatest.
    var greatest: Bound?
    /// The mean of numbers.
    var mean: Double?
    /// Their standard deviation, the root of the mean squared distance from the mean.
    var deviation: Double?
    /// The words that most rows have, of a category or of truths.
    var categories: [Category]?
    /// The extents of one value of an array, or of a picture or a recording where all have the same.
    var shape: [Int]?
    /// The samples a second of recordings, where all have as many.
    var sampleRate: Int?
    /// How dates were written, and whether with a zone.
    var dateForm: TypedColumn.DateForm?
    /// Whether one of its dates has a time of day.
    var hasTime = true
    /// Whether it only names or counts the rows.
    var isIdentifier = false
    /// Whether it says which part a row is in, so that it is no feature.
    var isSplit = false

    /// How its instants are shown.
    var instantForm: Instant.Form { Instant.Form(hasZone: dateForm?.hasZone ?? false, hasTime: hasTime) }

    init(name: String, type: ColumnType) { (self.name, self.type) = (name, type) }
}

extension ColumnFacts: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("type", type.rawValue)
            json.field("missing", ifPresent: missing)
            json.field("distinct", ifPresent: distinct)
            json.field("min", ifPresent: least)
            json.field("max", ifPresent: greatest)
            json.field("mean", ifPresent: mean)
            json.field("std", ifPresent: deviation)
            json.field("categories", ifPresent: categories)
            json.field("shape", ifPresent: shape)
            json.field("sample_rate", ifPresent: sampleRate)
            json.field("format", ifPresent: dateForm?.format)
            json.field("zone", ifPresent: dateForm?.hasZone)
            if type == .date { json.field("time", hasTime) }
            if isIdentifier { json.field("identifier", true) }
            if isSplit { json.field("split", true) }
        }
    }

    /// Reads what `write(to:)` has written; nil for anything else.
    init?(_ json: JSONValue) {
        guard let name = try? json["name"]?.string(),
            let type = (try? json["type"]?.string()).flatMap(ColumnType.init(rawValue:))
        else { return nil }
        self.init(name: name, type: type)
        missing = try? json["missing"]?.int()
        distinct = try? json["distinct"]?.int()
        least = json["min"].flatMap { Self.bound($0, type) }
        greatest = json["max"].flatMap { Self.bound($0, type) }
        mean = try? json["mean"]?.double()
        deviation = try? json["std"]?.double()
        if let listed = json["categories"] {
            categories = listed.elements.compactMap { category in
                guard let value = try? category["value"]?.string(), let count = try? category["count"]?.int() else {
                    return nil
                }
                return Category(value: value, count: count)
            }
        }
        shape = json["shape"].flatMap { shape in try? shape.array().map { extent in try extent.int() } }
        sampleRate = try? json["sample_rate"]?.int()
        if let format = try? json["format"]?.string() {
            dateForm = TypedColumn.DateForm(format: format, hasZone: (try? json["zone"]?.bool()) ?? false)
        }
        hasTime = (try? json["time"]?.bool()) ?? true
        isIdentifier = (try? json["identifier"]?.bool()) ?? false
        isSplit = (try? json["split"]?.bool()) ?? false
    }

    private static func bound(_ json: JSONValue, _ type: ColumnType) -> Bound? {
        switch type {
        case .date: (try? json.string()).map { .instant($0) }
        case .integer: (try? json.int()).map { .integer($0) } ?? (try? json.double()).map { .number($0) }
        default: (try? json.double()).map { .number($0) }
        }
    }
}
