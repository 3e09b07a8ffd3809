import Features
import Testing

struct EmbeddedDatasetTests {
    @Test func `digits are 1797 images in 10 classes, as scikit-learn has them`() throws {
        let log = RowLog()
        let dataset = try EmbeddedDataset.digits.load(into: log)

        #expect(dataset.kind == .images)
        #expect(dataset.rows == 1797)
        #expect(dataset.inputShape == [8, 8, 1])
        #expect(dataset.target == TargetSummary.classes(10))
        // d = load_digits(); d.data.sum(), d.target.sum(), d.data[0, :8], d.data.max(), numpy.bincount(d.target)
        #expect(log.inputs.count == 1797 * 64)
        #expect(log.inputs.reduce(0) { $0 + Int($1) } == 561_718)
        #expect(log.targets.reduce(0) { $0 + Int($1) } == 8_070)
        #expect(log.inputs.prefix(8) == [0, 0, 5, 13, 9, 1, 0, 0])
        #expect(log.inputs.max() == 16)
        #expect(
            (0..<10).map { digit in log.targets.count { $0 == Float(digit) } } == [
                178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
            ]
        )
    }

    @Test func `sunspots are 285 windows of 24 years with the year after`() throws {
        let log = RowLog()
        let dataset = try EmbeddedDataset.sunspots.load(into: log)

        #expect(dataset.kind == .series)
        #expect(dataset.rows == 285)
        #expect(dataset.inputShape == [24, 1])
        #expect(dataset.columns == ["SUNACTIVITY"])
        #expect(dataset.target == TargetSummary.values(shape: [1]))
        #expect(log.inputs.prefix(5) == [5, 11, 16, 23, 36])
        #expect(log.inputs.suffix(24) == log.targets.dropLast().suffix(24))
        #expect(log.targets.suffix(3) == [15.2, 7.5, 2.9])
    }

    @Test func `their names are unique`() {
        #expect(EmbeddedDataset.allCases.map(\.name) == ["digits", "sunspots"])
    }
}
