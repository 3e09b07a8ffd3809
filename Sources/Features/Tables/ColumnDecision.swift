/// Decides the types of columns once all their cells have been seen.
struct ColumnDecision {
    /// The share of different words from which a column of sentences is text, and of few rows.
    private static let textShare = 0.2, textShareOfFew = 0.7
    private static let fewRows = 100
    /// From how many words a cell on average.
    private static let textWords = 3.0
    /// Fewer rows than these don't show that a column numbers or names them.
    private static let leastRowsOfIdentifier = 10
    /// A column with this share of numbers was probably meant as one.
    private static let numberShare = 0.99

    let rows: Int
    /// Whether the table shows that numbers have decimal commas, where a column alone doesn't.
    let prefersComma: Bool
    /// Whether the separator or a decimal mark is that of Europe.
    let isEuropean: Bool
    /// What cells that no point explains mean where both other readings fit: in a table with commas between its cells
    /// a comma parts thousands.
    let prefersGroups: Bool
    private(set) var notes: [String] = []

    /// Adds a sentence for the client.
    mutating func note(_ sentence: String) { notes.append(sentence) }

    /// Prepares for the columns of a table.
    init(_ analyzers: [ColumnAnalyzer], rows: Int, separator: UInt8?) {
        self.rows = rows
        let usesComma = analyzers.contains { $0.words == 0 && $0.needsComma && $0.readings & 2 != 0 }
        let usesPoint = analyzers.contains { $0.words == 0 && $0.decimals > 0 && $0.readings & 2 == 0 }
        let isSemicolon = separator == UInt8(ascii: ";")
        prefersGroups = separator == UInt8(ascii: ",") && !usesComma || usesPoint && !usesComma
        prefersComma = usesComma && !usesPoint
        isEuropean = isSemicolon || prefersComma
    }

    /// Whether all the table's numbers with decimals have commas before them; nil where none has decimals.
    func decimalComma(_ columns: [DecidedColumn], _ analyzers: [ColumnAnalyzer]) -> Bool? {
        let numeric = columns.filter { $0.column.type == .number }
        guard !numeric.isEmpty else { return prefersComma ? true : nil }
        return numeric.contains { $0.parser.reading == .comma }
    }

    /// Decides about one column.
    ///
    /// - Throws: `DatasetFormatError.content` where arrays stand beside other values or have unequal extents.
    mutating func decide(_ analyzer: ColumnAnalyzer, place: Int) throws(DatasetFormatError) -> DecidedColumn {
        let name = analyzer.name
        var type = analyzer.declared.type
        var reading = NumberReading.point
        var pattern = analyzer.declared.format.flatMap(DatePattern.init)
        if analyzer.arrays > 0 { try checkArrays(analyzer) }
        if analyzer.files.count > 0 { try checkFiles(analyzer) }
        let (numbers, booleans, dates) = (analyzer.numbers, analyzer.booleans, analyzer.dates)
        let others = [numbers, booleans, dates, analyzer.words].filter { $0 > 0 }.count
        if analyzer.files.count > 0 {
            type = analyzer.files.type
        } else if analyzer.arrays > 0 {
            type = .array
        } else if type == .number || type == .integer || type == nil && numbers > 0 && others == 1 {
            if let found = self.reading(analyzer) { reading = found }
            if type == nil { type = numberType(analyzer, reading) }
        } else if type == .date && pattern == nil || type == nil && dates > 0 && others == 1 {
            pattern = datePattern(analyzer)
            if pattern != nil { type = .date }
        } else if type == nil, booleans > 0, others == 1 {
            type = .boolean
        }
        if analyzer.declared.type == .date, pattern == nil, dates > 0 {
            throw .content(
                place: "column \"\(name)\"",
                "days and months of its dates can't be told apart; give the column a format in the schema, as "
                    + "{\"type\": \"date\", \"format\": \"dd/MM/yyyy\"}"
            )
        }
        var column = TypedColumn(name, type ?? .category)
        var values = numbers
        switch column.type {
        case .number, .integer:
            noteNumbers(analyzer, reading)
            column.isIdentifier =
                analyzer.counts && column.type == .integer && numbers == rows && rows >= Self.leastRowsOfIdentifier
        case .boolean: values = analyzer.declared.type == nil ? booleans : booleans
        case .date:
            values = dates
            column.dateForm = .init(
                format: pattern?.text ?? DatePattern.iso.text,
                hasZone: analyzer.zonedDates > 0 || pattern?.text.hasPrefix("epoch") ?? false
            )
            if analyzer.zonedDates > 0, analyzer.zonedDates < dates {
                notes.append(
                    "column \"\(name)\": \(dates - analyzer.zonedDates) dates without a zone were taken for UTC"
                )
            }
        case .array:
            values = analyzer.arrays
            column.shape = analyzer.shape
        case .image, .sound: values = analyzer.files.count
        case .category, .text:
            values = analyzer.collected
            if analyzer.declared.type == nil { column.type = wordType(analyzer) }
            column.distinct = analyzer.overflow == 0 ? analyzer.table?.count : nil
            if column.type == .category {
                column.hasLongNumbers = analyzer.words == 0 && analyzer.longIntegers > 0
                column.isIdentifier = isIdentifier(analyzer)
                noteWords(analyzer)
            }
            noteForms(analyzer)
        }
        column.missing = rows - values
        if column.missing == rows, rows > 0 {
            notes.append("column \"\(name)\" has no value in any row")
        }
        let isWord = column.type == .category || column.type == .text
        if !isWord,
            let mark = [analyzer.firstMark, analyzer.firstDoubtful].compactMap(\.self).first(where: Self.isUnusual)
        {
            let count = analyzer.missingMarks + analyzer.doubtful
            notes.append("column \"\(name)\": \(count) cells such as \"\(mark)\" were taken as missing")
        }
        let parser = CellParser(type: column.type, reading: reading, pattern: pattern, marks: analyzer.marks)
        return DecidedColumn(
            column: column,
            place: place,
            parser: parser,
            words: isWord ? analyzer.table : nil,
            counts: column.type == .category ? analyzer.wordCounts : nil
        )
    }

    /// Whether a mark of a missing value is another than those that everybody expects.
    private static func isUnusual(_ mark: String) -> Bool {
        !["NA", "N/A", "NAN", "NULL", "NONE", "-", "?"].contains(mark.uppercased())
    }

    private func checkArrays(_ analyzer: ColumnAnalyzer) throws(DatasetFormatError) {
        if let other = analyzer.otherShape {
            throw .content(
                place: "\(other.place), column \"\(analyzer.name)\"",
                "expected an array of the extents \(analyzer.shape), as in the first row that has one, found \(other.text)"
            )
        }
        if analyzer.numbers + analyzer.booleans + analyzer.words + analyzer.dates > 0 {
            throw .content(
                place: "column \"\(analyzer.name)\"",
                "some rows have an array and others a number or a word; a column has one of them"
            )
        }
    }

    private func checkFiles(_ analyzer: ColumnAnalyzer) throws(DatasetFormatError) {
        if let fault = analyzer.files.fault {
            throw .content(place: "\(fault.place), column \"\(analyzer.name)\"", fault.detail)
        }
        if analyzer.numbers + analyzer.booleans + analyzer.words + analyzer.dates + analyzer.arrays > 0 {
            throw .content(
                place: "column \"\(analyzer.name)\"",
                "some rows have a file, {\"b64\": \"…\"}, and others a number, a word or an array; a column has one of them"
            )
        }
    }

    // MARK: Numbers

    private func reading(_ analyzer: ColumnAnalyzer) -> NumberReading? {
        let readings = analyzer.readings
        let (point, comma, grouped) = (NumberReading.point, NumberReading.comma, NumberReading.grouped)
        func fits(_ reading: NumberReading) -> Bool { readings & reading.rawValue != 0 }
        if fits(point) {
            // Only integers and the like of 1.234: what the other columns show decides.
            return fits(comma) && analyzer.decimals > 0 && prefersComma ? comma : point
        }
        if fits(comma), fits(grouped) { return prefersGroups && !analyzer.needsComma ? grouped : comma }
        return fits(comma) ? comma : fits(grouped) ? grouped : nil
    }

    private func numberType(_ analyzer: ColumnAnalyzer, _ reading: NumberReading) -> ColumnType? {
        let fractions =
            switch reading {
            case .point: analyzer.decimals + analyzer.longDecimals
            case .comma: analyzer.fractionsByComma
            case .grouped: analyzer.fractionsByGroup
            }
        if fractions > 0 { return .number }
        return analyzer.leadingZeros > 0 || analyzer.longIntegers > 0 ? nil : .integer
    }

    private mutating func noteNumbers(_ analyzer: ColumnAnalyzer, _ reading: NumberReading) {
        if reading == .grouped {
            notes.append("column \"\(analyzer.name)\": commas were taken for marks between thousands")
        } else if reading == .comma, !analyzer.needsComma {
            notes.append(
                "column \"\(analyzer.name)\": the marks in its numbers were read as in the other columns, with a decimal comma"
            )
        }
    }

    // MARK: Dates

    private mutating func datePattern(_ analyzer: ColumnAnalyzer) -> DatePattern? {
        let forms = analyzer.dateForms
        if forms & 1 != 0 { return .iso }
        let fitting = DatePattern.usual.indices.filter { forms & 2 << UInt8($0) != 0 }
        guard fitting.count > 1 else { return fitting.first.map { DatePattern.usual[$0] } }
        // Only the two with slashes can both fit.
        guard isEuropean else {
            notes.append(
                "column \"\(analyzer.name)\" looks like dates, but no day is above 12, so that days and months can't be told "
                    + "apart: it stays words; say which it is in the schema, as {\"\(analyzer.name)\": {\"type\": \"date\", "
                    + "\"format\": \"MM/dd/yyyy\"}}"
            )
            return nil
        }
        notes.append(
            "column \"\(analyzer.name)\": dates were read with the day first, as dd/MM/yyyy; no day is above 12"
        )
        return DatePattern.usual[DatePattern.dayFirst]
    }

    // MARK: Words

    private func wordType(_ analyzer: ColumnAnalyzer) -> ColumnType {
        guard let table = analyzer.table, analyzer.collected > 0 else { return .category }
        let counted = analyzer.collected - analyzer.overflow
        var measure = analyzer.overflowMeasure
        for (place, entry) in table.entries.enumerated() {
            measure += table.withBytes(of: place, WordMeasure.words) * Double(entry.uses)
        }
        let words = measure / Double(analyzer.collected)
        // Past the bound, what was seen up to it decides.
        let share = Double(table.count) / Double(analyzer.collectedAtOverflow ?? counted)
        let isFew = analyzer.collected < Self.fewRows
        return words >= Self.textWords && share > (isFew ? Self.textShareOfFew : Self.textShare) ? .text : .category
    }

    private func isIdentifier(_ analyzer: ColumnAnalyzer) -> Bool {
        guard analyzer.collected == rows, rows >= Self.leastRowsOfIdentifier, let table = analyzer.table else {
            return false
        }
        return table.count == (analyzer.collectedAtOverflow.map { $0 - 1 } ?? rows)
            && table.entries.indices.allSatisfy { table.withBytes(of: $0, WordMeasure.words) <= 1 }
    }

    private mutating func noteWords(_ analyzer: ColumnAnalyzer) {
        let name = analyzer.name
        if analyzer.declared.type == nil {
            if analyzer.words == 0, analyzer.leadingZeros > 0, analyzer.readings & 1 != 0 {
                notes.append(
                    "column \"\(name)\" is a category, since some of its numbers begin with a zero, as codes do"
                )
            } else if analyzer.words == 0, analyzer.longIntegers > 0 {
                notes.append(
                    "column \"\(name)\" is a category, since some of its numbers are beyond ±2^53, where not every integer is a 64-bit float"
                )
            } else if analyzer.words > 0,
                Double(analyzer.numbers) > Double(analyzer.numbers + analyzer.words) * Self.numberShare
            {
                let shown = analyzer.firstWords.map { "\"\($0.text.prefix(40))\" (\($0.place))" }.joined(
                    separator: ", "
                )
                notes.append(
                    "column \"\(name)\" is a category, since \(analyzer.words) of its cells are no numbers: \(shown); to make it "
                        + "a number, list them in the schema, as {\"\(name)\": {\"type\": \"number\", \"missing\": […]}}"
                )
            }
        }
        if let mark = analyzer.firstMark, !analyzer.marks.areOwn {
            notes.append(
                "column \"\(name)\": cells such as \"\(mark)\" were taken as missing; {\"\(name)\": {\"missing\": []}} in the "
                    + "schema makes words of them"
            )
        }
        if let word = analyzer.firstDoubtful {
            notes.append(
                "column \"\(name)\": cells such as \"\(word)\" were taken as words; {\"\(name)\": {\"missing\": [\"\(word)\"]}} "
                    + "in the schema makes missing values of them"
            )
        }
    }

    /// Notes words that are the same for people but not byte for byte.
    private mutating func noteForms(_ analyzer: ColumnAnalyzer) {
        guard let table = analyzer.table else { return }
        // Combining marks from U+0300 to U+036F begin with these bytes.
        func isDecomposed(_ place: Int) -> Bool {
            table.withBytes(of: place) { $0.contains { $0 == 0xCC || $0 == 0xCD } }
        }
        let decomposed = table.entries.indices.filter(isDecomposed)
        guard !decomposed.isEmpty else { return }
        // Strings are equal where they are canonically equivalent.
        let words = Set(decomposed.map(table.word))
        let other = table.entries.indices.first { place in
            table.withBytes(of: place) { $0.contains { $0 >= 0xC3 } } && !isDecomposed(place)
                && words.contains(table.word(place))
        }
        guard let other else { return }
        notes.append(
            "column \"\(analyzer.name)\" has \"\(table.word(other).prefix(40))\" in two forms of Unicode, composed and "
                + "decomposed, which are two words"
        )
    }
}
