import JSON
import ModelStore

/// The columns of a dataset with the rows of another one behind its own: those validate.
struct JoinedColumns: ColumnSource {
    private let own: any ColumnSource
    private let other: any ColumnSource
    /// Where each of the own columns is in the other dataset; nil where it hasn't got it.
    private let places: [Int?]
    private let name: String

    init(_ own: any ColumnSource, _ other: any ColumnSource, named name: String) {
        (self.own, self.other, self.name) = (own, other, name)
        places = own.columns.map { column in other.columns.firstIndex { $0.name == column.name } }
    }

    var columns: [StoredColumn] { own.columns }
    var records: Int { own.records + other.records }
    /// The first record of the other dataset.
    var firstOther: Int { own.records }

    func records(of part: DatasetPart) -> [Int] {
        part == .validation ? Array(own.records..<records) : own.records(of: part)
    }

    /// Tells columns that the other dataset hasn't, or has of another kind.
    func check(_ used: some Sequence<Int>, _ faults: inout Faults) {
        for column in Set(used).sorted() {
            let wanted = own.columns[column]
            guard let place = places[column] else {
                let known = other.columns.map(\.name)
                let detail = Suggestion.unknown("column", wanted.name, known: known)
                faults.add("/validation", "the dataset \"\(name)\" has not what the job uses: \(detail)")
                continue
            }
            let found = other.columns[place]
            guard found.shape != wanted.shape || Self.family(found.kind) != Self.family(wanted.kind) else { continue }
            func words(_ column: StoredColumn) -> String {
                column.kind == .array ? "arrays of \(column.shape)" : column.kind.words
            }
            faults.add(
                "/validation",
                "the column \"\(wanted.name)\" holds \(words(wanted)), and \(words(found)) in the dataset \"\(name)\""
            )
        }
    }

    /// Kinds whose values can stand in one column.
    private static func family(_ kind: StoredColumnKind) -> StoredColumnKind {
        switch kind {
        case .integer: .number
        case .text: .category
        default: kind
        }
    }

    func values(column: Int, records: [Int]) throws(StoreError) -> StoredColumnValues {
        guard let first = records.firstIndex(where: { $0 >= own.records }) else {
            return try own.values(column: column, records: records)
        }
        guard let place = places[column] else {
            throw .invalid("dataset \"\(name)\" has no column \"\(own.columns[column].name)\" any more")
        }
        if first == 0, records.allSatisfy({ $0 >= own.records }) {
            return try other.values(column: place, records: records.map { $0 - own.records })
        }
        let mine = try own.values(column: column, records: records.filter { $0 < own.records })
        let theirs = try other.values(
            column: place,
            records: records.filter { $0 >= own.records }.map { $0 - own.records }
        )
        var (next, nextOther) = (0, mine.count)
        let order = records.map { record in
            if record < own.records {
                next += 1
                return next - 1
            }
            nextOther += 1
            return nextOther - 1
        }
        var all = mine
        switch (mine.content, theirs.content) {
        case (.numbers, .integers(let integers)):
            all.append(StoredColumnValues(.numbers(integers.map { Double($0) }), missing: theirs.missing))
        case (.integers(let integers), .numbers):
            all = StoredColumnValues(.numbers(integers.map { Double($0) }), missing: mine.missing)
            all.append(theirs)
        default: all.append(theirs)
        }
        return all.picking(order)
    }
}

extension DatasetColumns {
    /// The columns with the rows of another dataset behind them, where those are to validate.
    ///
    /// - Throws: `FaultyInput` where there is no such dataset, or it has no columns.
    func joined(_ validation: ValidationChoice?, in store: Store) throws -> DatasetColumns {
        guard case .dataset(let name) = validation else { return self }
        func fault(_ detail: String) -> FaultyInput { FaultyInput(Fault(pointer: "/validation", detail: detail)) }
        let found: StoredDataset
        do throws(StoreError) {
            guard !InlineData.isReserved(name) else { throw .notFound("") }
            found = try store.datasets.find(name)
        } catch {
            guard case .notFound = error else { throw error }
            let known = try store.datasets.names().filter { !InlineData.isReserved($0) }
            let detail = Suggestion.unknown(
                "dataset",
                name,
                known: ValidationChoice.Part.allCases.map(\.rawValue) + known
            )
            throw fault(detail)
        }
        guard let other = try DatasetColumns(found, in: store) else {
            throw fault("\"\(name)\" has rows of numbers without names, not columns; upload it again as a table")
        }
        return joined(other, named: name)
    }
}
