import Foundation

/// The values of a dataset in its file: any row can be read at once, and only what is read takes memory.
///
/// Nothing is handed out that is not what was stored: opening reads the whole file, unless it was read before and is
/// untouched since, and compares its SHA-256 with that of the dataset's row, and takes the CRC-32 of each record on the way,
/// against which every row is held that is read later.
/// A replaced or deleted dataset stays readable through the files that are open.
public final class DatasetFile: Sendable {
    /// How many rows are for training.
    public let rows: Int
    /// How many rows are set aside for testing.
    public let testRows: Int
    /// The extents of one input, without the batch.
    public let inputShape: [Int]
    /// The extents of one target; empty for one number.
    public let targetShape: [Int]
    /// Which record each row is: those for training, then those for testing.
    public var order: [UInt32] { content.order }
    /// The number of values of one input.
    public let inputVolume: Int
    /// The number of values of one target.
    public let targetVolume: Int

    /// How the dataset is called in errors, and what can be done where it is damaged.
    private let (label, remedy): (String, String)
    private let descriptor: Int32
    private let layout: DatasetLayout
    /// The rows' records, and the checksums of these.
    private let content: VerifiedDatasets.Content

    /// The bytes of memory that an open file takes for each row.
    public static let bytesPerRow = 3 * MemoryLayout<UInt32>.stride

    /// Opens a file and reads it once.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - dataset: What it must be.
    ///   - verified: What is known of files that were read before, which are not read again; nil to read it in any case.
    /// - Throws: `.corrupt` where it is not what was stored.
    init(path: String, dataset: StoredDataset, verified: VerifiedDatasets? = nil) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        do throws(StoreError) {
            // Before it is read: a change meanwhile must show.
            let mark = verified?.mark(of: descriptor)
            let (header, layout) = try Self.layout(of: descriptor, path: path, dataset: dataset)
            if let mark, let known = verified?.content(of: mark, sha256: dataset.sha256) {
                content = known
            } else {
                content = try Self.read(descriptor, header, layout, path: path, dataset: dataset)
                if let mark { verified?.keep(content, of: mark, sha256: dataset.sha256) }
            }
            self.layout = layout
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        (label, remedy) = (dataset.label, dataset.remedy)
        rows = layout.rows
        testRows = layout.testRows
        inputShape = dataset.inputShape
        targetShape = dataset.targetShape
        inputVolume = layout.inputVolume
        targetVolume = layout.targetVolume
    }

    /// Reads all of a file; throws `.corrupt` where its digest is not the one that was stored.
    private static func read(
        _ descriptor: Int32,
        _ header: [UInt8],
        _ layout: DatasetLayout,
        path: String,
        dataset: StoredDataset
    ) throws(StoreError) -> VerifiedDatasets.Content {
        let hasher = SHA256()
        hasher.update(header)
        func section(from start: Int, to end: Int, _ volume: Int) throws(StoreError) -> [UInt32] {
            var checksums = RecordChecksums(records: layout.records, recordBytes: 4 * volume)
            try FileBytes.forEachPiece(of: descriptor, from: start, count: end - start, path: path) { piece in
                hasher.update(piece)
                checksums.add(piece)
            }
            return checksums.finished
        }
        let inputs = try section(from: DatasetLayout.headerBytes, to: layout.targetsOffset, layout.inputVolume)
        let targets = try section(from: layout.targetsOffset, to: layout.orderOffset, layout.targetVolume)
        var order = [UInt32](repeating: 0, count: layout.records)
        try order.withUnsafeMutableBufferPointer { (numbers) throws(StoreError) in
            let bytes = UnsafeMutableRawBufferPointer(numbers)
            try FileBytes.read(descriptor, into: bytes, at: layout.orderOffset, path: path)
            hasher.update(UnsafeRawBufferPointer(bytes))
        }
        guard hasher.hexadecimal == dataset.sha256 else {
            throw .corrupt("\(dataset.label): the content of its file has changed; \(dataset.remedy)")
        }
        for row in order.indices { order[row] = UInt32(littleEndian: order[row]) }
        guard order.allSatisfy({ Int($0) < layout.records }) else {
            throw .corrupt("\(dataset.label): a row of its file is none of its records; \(dataset.remedy)")
        }
        return VerifiedDatasets.Content(order: order, inputs: inputs, targets: targets)
    }

    deinit { close(descriptor) }

    /// Copies rows, in the order asked for, into buffers of `indices.count` times the volumes.
    ///
    /// Throws `.invalid` for a row that does not exist, and `.corrupt` where the file has lost bytes since it was
    /// opened, or a row is not what it was then. Rows are read through the descriptor: with the file mapped into memory,
    /// one that is cut while it is read would end the process with SIGBUS.
    public func copyRows(
        _ indices: [Int],
        of part: DatasetPart = .train,
        inputs: UnsafeMutableBufferPointer<Float>,
        targets: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        precondition(inputs.count == indices.count * inputVolume, "inputs must have room for exactly these rows")
        precondition(targets.count == indices.count * targetVolume, "targets must have room for exactly these rows")
        try requireWhole()
        for (position, row) in indices.enumerated() {
            let record = try record(of: row, in: part)
            try copy(record, .inputs, to: inputs, position)
            try copy(record, .targets, to: targets, position)
        }
    }

    /// The input values of one row.
    public func inputs(of part: DatasetPart = .train, row: Int) throws(StoreError) -> [Float] {
        try values(of: part, row, .inputs)
    }

    /// The target values of one row.
    public func targets(of part: DatasetPart = .train, row: Int) throws(StoreError) -> [Float] {
        try values(of: part, row, .targets)
    }

    /// The input values of a record, which is a row as it came.
    public func inputs(record: Int) throws(StoreError) -> [Float] { try values(record, .inputs) }

    /// The target values of a record, which is a row as it came.
    public func targets(record: Int) throws(StoreError) -> [Float] { try values(record, .targets) }

    private enum Section {
        case inputs, targets
    }

    private func values(
        of part: DatasetPart,
        _ row: Int,
        _ section: Section
    ) throws(StoreError) -> [Float] {
        try values(record(of: row, in: part), section)
    }

    private func values(_ record: Int, _ section: Section) throws(StoreError) -> [Float] {
        try requireWhole()
        guard record >= 0, record < layout.records else {
            throw .invalid("\(label): there is no record \(record), it has \(layout.records)")
        }
        var values = [Float](repeating: 0, count: section == .inputs ? inputVolume : targetVolume)
        try values.withUnsafeMutableBufferPointer { (output) throws(StoreError) in
            try copy(record, section, to: output, 0)
        }
        return values
    }

    private func copy(
        _ record: Int,
        _ section: Section,
        to output: UnsafeMutableBufferPointer<Float>,
        _ position: Int
    ) throws(StoreError) {
        let (start, volume, checksum) =
            switch section {
            case .inputs: (DatasetLayout.headerBytes, inputVolume, content.inputs[record])
            case .targets: (layout.targetsOffset, targetVolume, content.targets[record])
            }
        let range = 4 * position * volume..<4 * (position + 1) * volume
        let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[range])
        try FileBytes.read(descriptor, into: bytes, at: start + 4 * record * volume, path: label)
        guard Zlib.crc32(UnsafeRawBufferPointer(bytes)) == checksum else {
            throw .corrupt("\(label): record \(record) of its file has changed since it was opened; \(remedy)")
        }
    }

    private func record(of row: Int, in part: DatasetPart) throws(StoreError) -> Int {
        let count =
            switch part {
            case .train: rows
            case .validation: 0
            case .test: testRows
            }
        guard row >= 0, row < count else {
            throw .invalid("\(label): there is no row \(row), the part has \(count) rows")
        }
        let position = part == .train ? row : rows + row
        return Int(content.order[position])
    }

    private func requireWhole() throws(StoreError) {
        let size = Self.size(of: descriptor)
        guard size == layout.fileBytes else {
            throw .corrupt("\(label): its file has \(size) bytes, expected \(layout.fileBytes); \(remedy)")
        }
    }

    private static func layout(
        of descriptor: Int32,
        path: String,
        dataset: StoredDataset
    ) throws(StoreError) -> (header: [UInt8], layout: DatasetLayout) {
        let size = size(of: descriptor)
        guard size == dataset.bytes else {
            throw .corrupt(
                "\(dataset.label): its file has \(size) bytes, expected \(dataset.bytes); \(dataset.remedy)"
            )
        }
        var header = [UInt8](repeating: 0, count: DatasetLayout.headerBytes)
        try header.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
            try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes), at: 0, path: path)
        }
        let expected = DatasetLayout(
            rows: dataset.rows,
            testRows: dataset.testRows,
            inputVolume: (StoredTensor.byteCount(of: dataset.inputShape) ?? 0) / 4,
            targetVolume: (StoredTensor.byteCount(of: dataset.targetShape) ?? 0) / 4
        )
        guard let layout = DatasetLayout(header: header), layout == expected, layout.fileBytes == size else {
            throw .corrupt("\(dataset.label): the header of its file is damaged; \(dataset.remedy)")
        }
        return (header, layout)
    }

    private static func size(of descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : -1
    }
}
