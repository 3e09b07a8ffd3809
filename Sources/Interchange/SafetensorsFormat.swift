import NN

/// Weights alone in a safetensors file, under this program's names or PyTorch's.
public struct SafetensorsFormat: WritableFormat {
    /// Its name.
    public let name = "safetensors"
    /// What a file of it is.
    public let title = "weights as safetensors (.safetensors)"
    /// What its files end with.
    public let suffixes = [".safetensors"]
    /// What it is sent as.
    public let mediaType = "application/octet-stream"
    /// Names and numbers.
    public let options: Set<ExportOptions.Kind> = [.names, .dtype]

    /// The format.
    public init() {}

    /// The weights in the network's order.
    ///
    /// - Throws: `InterchangeError` where PyTorch has no module for a layer, or a number is beyond the range.
    public func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] {
        let entries = zip(model.network.parameters, model.weights).map { WeightsFile.Entry($0.name, $1) }
        let file =
            if let modules = model.options.modules {
                WeightsFile(
                    try PyTorchNames(model.network, modules: modules).tensors(of: entries),
                    metadata: ["format": "pt"]
                )
            } else {
                WeightsFile(entries)
            }
        do throws(WeightsFileError) {
            return try file.encoded(as: model.options.element)
        } catch {
            throw InterchangeError(error.description)
        }
    }
}
