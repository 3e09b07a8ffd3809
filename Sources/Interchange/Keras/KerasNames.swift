import JSON
import NN

/// The names of layers in Keras's files.
///
/// Keras takes no `/` in them, and on PyTorch no `.`, which the layers of a model within a model have here.
struct KerasNames {
    /// Those that are others there.
    private let changed: [String: String]

    /// The names of a model's layers, `enc_dense` for `enc.dense`; with a number where a layer has that name already.
    ///
    /// - Parameter layers: The layers of a definition.
    init(of layers: [JSONValue]) { self.init(layers.map(KerasClasses.layerName)) }

    /// New names in place of these, where Keras doesn't take them.
    ///
    /// - Parameter names: The names of all layers.
    init(_ names: [String]) {
        var (changed, taken): ([String: String], Set<String>) = ([:], Set(names))
        for name in names where name.contains(where: Self.isRefused) {
            let new = AutomaticName.free(String(name.map { Self.isRefused($0) ? "_" : $0 }), taken: taken)
            taken.insert(new)
            changed[name] = new
        }
        self.changed = changed
    }

    /// What a layer is called in Keras's files; a name that Keras takes stays.
    subscript(name: String) -> String { changed[name] ?? name }

    private static func isRefused(_ letter: Character) -> Bool { letter == "." || letter == "/" }
}
