import HTTP
import HTTPTypes
import Interchange
import JSON
import NN

/// Under which names, and in which numbers, a file of weights has its tensors.
struct WeightsForm: Sendable {
    /// Which layers the modules of PyTorch are; nil for this program's own names.
    let modules: [String: String]?
    /// How the numbers are held.
    let element: WeightsElement

    /// What a request asks for.
    ///
    /// - Throws: `Problem` 400 for a value that isn't known, and for a map without PyTorch's names.
    init(_ request: Request) throws {
        element = try request[.weightsElement]
        let map = try request[.weightsMap]
        guard try request[.weightsNames] else {
            guard map == nil else {
                throw Problem(
                    .badRequest,
                    detail: "query parameter \"map\": it tells modules of PyTorch; expected names=pytorch beside it"
                )
            }
            modules = nil
            return
        }
        modules = map ?? [:]
    }

    /// A network's weights as a file in this form.
    ///
    /// - Throws: `InterchangeError` where PyTorch has no module for a layer, or a number is beyond the range.
    func file(_ tensors: [Tensor], of network: Network) throws -> [UInt8] {
        let options = ExportOptions(modules: modules, element: element)
        let model = ExportedModel(name: network.definition.name, network: network, weights: tensors, options: options)
        return try SafetensorsFormat().file(of: model)
    }

    /// The tensors of a file under this program's names.
    ///
    /// - Throws: `InterchangeError` with every tensor that isn't one of the network's.
    func own(_ file: WeightsFile, of network: Network) throws -> WeightsFile {
        guard let modules else { return file }
        return WeightsFile(try PyTorchNames(network, modules: modules).weights(of: file.entries))
    }
}

extension RouteParameter where Value == Bool {
    /// Whether tensors have the names and layouts of PyTorch.
    static let weightsNames = RouteParameter(
        Parameter(
            "names",
            in: .query,
            .oneOf(["pytorch"]),
            "`pytorch` for the names and layouts of a `state_dict`; without it those of this program, as in `dense/kernel`"
        )
    ) { text in
        guard let text else { return false }
        guard text == "pytorch" else {
            throw Problem(.badRequest, detail: "query parameter \"names\": expected pytorch, found \"\(text)\"")
        }
        return true
    }
}

extension RouteParameter where Value == [String: String]? {
    /// Which layer a module of PyTorch is.
    static let weightsMap = RouteParameter(
        Parameter(
            "map",
            in: .query,
            .map(of: .string),
            "With `names=pytorch`, which layer a module is, as in `{\"features.0\":\"conv2d\"}`; without it a module is the layer of its name with `.` replaced by `_`",
            isJSON: true
        )
    ) { text in
        guard let text else { return nil }
        do {
            let root = try JSONDocument(parsing: text).root
            guard root.kind == .object else { throw root.mismatch("an object of layers' names by modules' names") }
            var map: [String: String] = [:]
            for member in root.members { map[member.key] = try member.value.string() }
            return map
        } catch {
            throw Problem(.badRequest, detail: "query parameter \"map\": \(error)")
        }
    }
}

extension RouteParameter where Value == WeightsElement {
    /// How the numbers of a file are held.
    static let weightsElement = RouteParameter(
        Parameter(
            "dtype",
            in: .query,
            .oneOf(WeightsElement.allCases.map(\.rawValue)),
            "How the numbers are held, rounded to the nearest; `F32`, as they are, where nothing is said"
        )
    ) { text in
        guard let text else { return .float32 }
        guard let element = WeightsElement(rawValue: text) else {
            let known = WeightsElement.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, detail: "query parameter \"dtype\": expected one of \(known), found \"\(text)\"")
        }
        return element
    }
}
