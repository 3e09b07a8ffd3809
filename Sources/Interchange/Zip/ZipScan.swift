/// Takes an archive apart: one of Keras's, or one of arrays of NumPy's.
///
/// Entries are looked up by name; nothing is ever unpacked to a disk.
struct ZipScan {
    private let archive: ZipFile
    private let limits: FileScan.Limits

    /// The texts of an archive of Keras's.
    private static let texts = ["config.json", "metadata.json"]
    private static let weights = "model.weights.h5"
    private static let longestText = 16 << 20
    /// What the names of vocabularies begin and end with.
    private static let vocabulary = (start: "assets/", end: "/vocabulary.txt")
    private static let mostVocabularies = 1000
    private static let longestTexts = 64 << 20

    /// A scan of an archive.
    ///
    /// - Throws: `InterchangeError` where its directory is damaged.
    init(_ bytes: UnsafeRawBufferPointer, limits: FileScan.Limits) throws(InterchangeError) {
        archive = try ZipFile(bytes)
        self.limits = limits
    }

    /// Writes the archive as frames.
    ///
    /// - Parameter output: Takes the frames.
    /// - Throws: `InterchangeError` with all that can't be read.
    func run(to output: inout FrameWriter) throws(InterchangeError) {
        if archive.entry("config.json") != nil {
            try keras(to: &output)
        } else if archive.entries.contains(where: { $0.name.hasSuffix(".npy") }) {
            try arrays(to: &output)
        } else if archive.entries.contains(where: { $0.name.hasSuffix("/data.pkl") }) {
            throw InterchangeError(
                "a PyTorch file holds a pickle, that is a program, which is never run; save the weights as safetensors"
            )
        } else {
            throw InterchangeError(
                "the zip archive has neither config.json, as a .keras file has, nor .npy entries, as an .npz file has"
            )
        }
    }

    private func keras(to output: inout FrameWriter) throws(InterchangeError) {
        let vocabularies = archive.entries.map(\.name).filter {
            $0.hasPrefix(Self.vocabulary.start) && $0.hasSuffix(Self.vocabulary.end)
        }
        guard vocabularies.count <= Self.mostVocabularies else {
            throw InterchangeError(at: "/assets", "the archive has more than \(Self.mostVocabularies) vocabularies")
        }
        var left = Self.longestTexts
        for name in Self.texts + vocabularies {
            guard let entry = archive.entry(name) else { continue }
            let limit = min(Self.longestText, left)
            let bytes = try archive.withContent(of: entry, ratio: limits.inflationRatio, limit: limit) { Array($0) }
            left -= bytes.count
            output.begin(.entry)
            output.text(name)
            output.number(bytes.count)
            bytes.withUnsafeBytes { output.raw($0) }
        }
        guard let entry = archive.entry(Self.weights) else {
            let others = archive.entries.map(\.name).filter { $0.contains("weights") }
            throw InterchangeError(
                at: "/\(Self.weights)",
                others.isEmpty
                    ? "the archive lacks it; save the model anew with model.save(\"model.keras\")"
                    : "the archive has \(others[0]) in its place, which isn't read; save the model anew, unsharded"
            )
        }
        try archive.withContent(of: entry, ratio: limits.inflationRatio) { bytes throws(InterchangeError) in
            var scan = HDF5Scan(bytes, limits: limits)
            do throws(InterchangeError) {
                try scan.run(to: &output)
            } catch {
                throw InterchangeError(
                    error.faults.map { InterchangeError.Fault(at: "/\(Self.weights)#\($0.pointer)", $0.message) }
                )
            }
        }
    }

    private func arrays(to output: inout FrameWriter) throws(InterchangeError) {
        var faults: [InterchangeError.Fault] = []
        var left = limits.numbers
        for entry in archive.entries {
            do throws(InterchangeError) {
                guard entry.name.hasSuffix(".npy") else {
                    throw InterchangeError(
                        at: "/\(entry.name)",
                        "expected arrays alone, each an entry that ends with .npy"
                    )
                }
                try archive.withContent(of: entry, ratio: limits.inflationRatio) { bytes throws(InterchangeError) in
                    let array = try NumPyArray(bytes, name: entry.name)
                    guard array.volume <= left else {
                        throw InterchangeError(
                            at: "/\(entry.name)",
                            "the file holds more numbers than the limit, \(limits.numbers)"
                        )
                    }
                    left -= array.volume
                    array.write(named: String(entry.name.dropLast(4)), to: &output)
                }
            } catch {
                faults += error.faults
            }
        }
        if !faults.isEmpty { throw InterchangeError(faults) }
    }
}
