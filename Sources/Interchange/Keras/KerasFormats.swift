import NN

/// A Keras 3 archive: a zip of `config.json`, `metadata.json` and `model.weights.h5`.
struct KerasArchiveFormat: ReadableFormat, WritableFormat {
    let name = "keras"
    let title = "a Keras 3 archive (.keras)"
    let suffixes = [".keras"]
    let mediaType = "application/vnd.keras"
    let keepsOptimizer = true

    /// Whether a file begins as a zip archive does; NumPy's are read as weights by this format's reader too.
    func begins(_ first: [UInt8]) -> Bool { first.starts(with: [0x50, 0x4B, 3, 4]) }

    func model(
        in file: ReceivedFile,
        by reading: FileReading,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel {
        let contents = try reading.contents(of: file)
        guard let config = contents.entries["config.json"] else {
            throw InterchangeError(
                "an .npz file has weights alone; define the model, then send the file to PUT /models/NAME/weights"
            )
        }
        return try KerasImport.archive(config: config, contents, limits: limits)
    }

    func weights(
        in file: ReceivedFile,
        by reading: FileReading,
        for network: Network
    ) throws(InterchangeError) -> [WeightsFile.Entry] {
        let contents = try reading.contents(of: file)
        guard contents.entries["config.json"] == nil else {
            return try KerasWeights(contents).entries(for: network)
        }
        return try NamedArrays.entries(contents, for: network)
    }

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { try written(model).bytes }

    func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile { try KerasExport.archive(model) }
}

/// A whole model in an HDF5 file, as Keras 2 writes it; weights alone in one are read too.
struct KerasHDF5Format: ReadableFormat, WritableFormat {
    let name = "h5"
    let title = "a Keras HDF5 file (.h5)"
    let suffixes = [".h5", ".hdf5"]
    let mediaType = "application/x-hdf5"

    /// Whether a file begins with HDF5's signature, or has it behind a block of the user's.
    func begins(_ first: [UInt8]) -> Bool {
        [0, 512, 1024, 2048].contains { place in
            first.count > place && first[place...].starts(with: [0x89] + Array("HDF\r\n\u{1A}\n".utf8))
        }
    }

    func model(
        in file: ReceivedFile,
        by reading: FileReading,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel {
        try KerasImport.hdf5(reading.contents(of: file), limits: limits)
    }

    func weights(
        in file: ReceivedFile,
        by reading: FileReading,
        for network: Network
    ) throws(InterchangeError) -> [WeightsFile.Entry] {
        try KerasWeights(reading.contents(of: file)).entries(for: network)
    }

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { try written(model).bytes }

    func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile { try KerasExport.legacy(model) }
}

/// Weights alone, as Keras 3's `model.save_weights("x.weights.h5")` writes them.
struct KerasWeightsFormat: WritableFormat {
    let name = "weights.h5"
    let title = "a Keras 3 weights file (.weights.h5)"
    let suffixes = [".weights.h5"]
    let mediaType = "application/x-hdf5"

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { try KerasExport.weights(model) }
}

/// A definition alone, as Keras 3's `model.to_json()` gives it; it is read as every definition is.
struct KerasJSONFormat: WritableFormat {
    let name = "json"
    let title = "what Keras's model.to_json() gives (.json)"
    let suffixes = [".json"]
    let mediaType = "application/json"

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { try written(model).bytes }

    func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile { try KerasExport.json(model) }
}

/// Weights alone in an archive of NumPy's, an entry a tensor.
struct NPZFormat: WritableFormat {
    let name = "npz"
    let title = "weights as NumPy arrays (.npz)"
    let suffixes = [".npz"]
    let mediaType = "application/zip"

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { NamedArrays.file(of: model) }
}
