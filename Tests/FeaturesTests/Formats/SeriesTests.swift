import Features
import Testing

struct SeriesTests {
    /// Ten days; the dates are no numbers and are not looked at.
    private static let text = "Date,Temp,Wind\n" + (0..<10).map { "1981-01-0\($0),\($0),\($0 * 10)\n" }.joined()

    @Test func `each window of the target column has the record after it as its target`() throws {
        let log = RowLog()
        let dataset = try readCSV(Self.text, ["target": "Temp", "window": "3"], into: log)

        #expect(dataset.kind == .series)
        #expect(dataset.rows == 7)
        #expect(dataset.inputShape == [3, 1])
        #expect(dataset.columns == ["Temp"])
        #expect(dataset.target == TargetSummary.values(shape: [1]))
        #expect(log.inputs.prefix(6) == [0, 1, 2, 1, 2, 3])
        #expect(log.inputs.suffix(3) == [6, 7, 8])
        #expect(log.targets == [3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `columns, horizon and stride are as asked for`() throws {
        let log = RowLog()
        let parameters = ["target": "Temp", "columns": "Wind,Temp", "window": "2", "horizon": "3", "stride": "4"]
        let dataset = try readCSV(Self.text, parameters, into: log)

        #expect(dataset.rows == 2)
        #expect(dataset.inputShape == [2, 2])
        #expect(dataset.targetShape == [3])
        #expect(log.inputs == [0, 0, 10, 1, 40, 4, 50, 5])
        #expect(log.targets == [2, 3, 4, 6, 7, 8])
    }

    @Test func `several targets over several records are an array of both`() throws {
        let log = RowLog()
        let parameters = ["target": "Temp,Wind", "window": "7", "horizon": "2"]
        let dataset = try readCSV(Self.text, parameters, into: log)

        #expect(dataset.rows == 2)
        #expect(dataset.inputShape == [7, 2])
        #expect(dataset.targetShape == [2, 2])
        #expect(log.targets == [7, 70, 8, 80, 8, 80, 9, 90])
        #expect(try readCSV(Self.text, ["target": "Temp,Wind", "window": "7"]).targetShape == [2])
    }

    @Test(arguments: [1, 2, 3, 5, 6, 9], [1, 2, 3, 4, 8, 11])
    func `windows are the same as those cut from the whole series`(window: Int, stride: Int) throws {
        for horizon in [1, 2, 4] where window + horizon <= 10 {
            let log = RowLog()
            let parameters = ["target": "Temp", "window": "\(window)", "stride": "\(stride)", "horizon": "\(horizon)"]
            let dataset = try readCSV(Self.text, parameters, into: log)

            let starts = Array(Swift.stride(from: 0, through: 10 - window - horizon, by: stride))
            #expect(dataset.rows == starts.count)
            #expect(log.inputs == starts.flatMap { start in (start..<start + window).map(Float.init) })
            #expect(
                log.targets == starts.flatMap { start in (start + window..<start + window + horizon).map(Float.init) }
            )
        }
    }

    @Test func `small integers of a series are values, not classes`() throws {
        let text = "t,y\n" + (0..<20).map { "\($0),\($0 % 2)\n" }.joined()

        #expect(try readCSV(text, ["window": "2"]).target.kind == .value)
    }

    @Test func `a window that would fill the memory is refused before it does`() {
        let header = (0..<50).map { "c\($0)" }.joined(separator: ",")

        #expect(
            refusedCSV(
                header,
                ["window": "1000000", "columns": "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13,c14,c15"]
            )
                == "query parameter window: window and horizon of these columns take at most 986895 records, "
                + "found 1000000 and 1"
        )
    }

    @Test func `a word in a column that is used is refused`() {
        let sentence =
            "line 2, column \"Date\": expected a number, found \"1981-01-00\"; "
            + "name the input columns with ?columns= to leave this one out"
        #expect(refusedCSV(Self.text, ["target": "Temp", "columns": "Date", "window": "2"]) == sentence)
    }
}
