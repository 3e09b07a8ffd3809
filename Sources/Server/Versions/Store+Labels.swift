import JSON
import ModelStore
import NN

extension Store {
    /// The words of the classes that a version has learned; nil where it learned none, for the initial weights too.
    ///
    /// - Throws: `StoreError.notFound` where there is no such version, or what is wrong with what is stored of it.
    func labels(of model: String, version: VersionName?) throws -> ClassLabels? {
        guard let version, version != .initial else { return nil }
        return try VersionOptions.labels(in: versions.find(model: model, version).options)
    }
}
