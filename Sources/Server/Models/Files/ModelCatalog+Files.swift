import Interchange
import JSON
import ModelStore
import NN

extension ModelCatalog {
    /// Checks a file and changes nothing.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - name: The model's name; nil for the file's own.
    /// - Returns: The summary.
    /// - Throws: `InterchangeError` or `FaultyInput` with every fault.
    func check(_ file: ReceivedFile, named name: String?) async throws -> ModelSummary {
        try await threads.run {
            let model = try FileModel(file, named: name, by: files, limits: networks.limits)
            return ModelSummary(checked: model.defined, notes: model.notes)
        }
    }

    /// Defines a model by a file, whose weights are its version 1.
    ///
    /// - Parameters:
    ///   - file: The file, which is given up.
    ///   - name: The model's name; nil for the file's own.
    ///   - key: A key under which the request is carried out once; a repetition gets the first answer again.
    /// - Returns: The answer, with the model's summary.
    /// - Throws: `InterchangeError` or `FaultyInput` with every fault, `StoreError.conflict` where the name is taken.
    func define(_ file: ReceivedFile, named name: String?, once key: AnswerKey?) async throws -> FirstAnswer {
        try await threads.run {
            let model = try FileModel(file, named: name, by: files, limits: networks.limits)
            return FirstAnswer(
                try model.store(in: store, once: key) { stored in
                    let summary = ModelSummary(model.defined, stored, notes: model.notes)
                    return FirstAnswer(status: 201, location: "/models/\(stored.name)", summary).stored
                }
            )
        }
    }
}
