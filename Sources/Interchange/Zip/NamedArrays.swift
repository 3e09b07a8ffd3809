import NN

/// Weights as an archive of NumPy's: an entry a tensor, `dense/kernel.npy`, or `dense.kernel.npy`.
enum NamedArrays {
    /// The tensors of an archive for a network.
    ///
    /// - Parameters:
    ///   - contents: The arrays.
    ///   - network: The network.
    /// - Returns: A tensor for each parameter.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    static func entries(_ contents: FileContents, for network: Network) throws(InterchangeError) -> [WeightsFile.Entry]
    {
        var given = contents.datasets
        var faults: [InterchangeError.Fault] = []
        var entries: [WeightsFile.Entry] = []
        for parameter in network.parameters {
            let dotted = parameter.name.split(separator: "/").joined(separator: ".")
            guard let name = [parameter.name, dotted].first(where: { given[$0] != nil }),
                let found = given.removeValue(forKey: name)
            else {
                faults.append(
                    InterchangeError.Fault(at: "", "tensor \"\(parameter.name)\" \(parameter.shape) is missing")
                )
                continue
            }
            let tensor = found.tensor
            if tensor.shape != parameter.shape {
                faults.append(
                    InterchangeError.Fault(
                        at: "/\(name).npy",
                        "tensor \"\(parameter.name)\" is \(tensor.shape), the model needs \(parameter.shape)"
                    )
                )
            } else if !tensor.values.allSatisfy(\.isFinite) {
                faults.append(
                    InterchangeError.Fault(
                        at: "/\(name).npy",
                        "tensor \"\(parameter.name)\" has values that are not finite"
                    )
                )
            } else {
                entries.append(WeightsFile.Entry(parameter.name, tensor))
            }
        }
        for (name, dataset) in given.sorted(by: { $0.key < $1.key }) {
            faults.append(
                InterchangeError.Fault(
                    at: "/\(name).npy",
                    "tensor \"\(name)\" \(dataset.tensor.shape) is not part of the model"
                )
            )
        }
        guard faults.isEmpty else { throw InterchangeError(faults) }
        return entries
    }

    /// The weights of a model as an archive.
    static func file(of model: ExportedModel) -> [UInt8] {
        var zip = ZipWriter()
        for (parameter, tensor) in Swift.zip(model.network.parameters, model.weights) {
            zip.add("\(parameter.name).npy", header(of: tensor.shape), tensor.values)
        }
        return zip.finished()
    }

    /// The line before the numbers, filled up to a multiple of 64 bytes (NEP 1).
    private static func header(of shape: Shape) -> [UInt8] {
        let extents = shape.extents.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        let length = text.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
    }
}
