import JSON
import ModelStore
import NN

extension TrainingPlan {
    /// Refuses a measure that the training doesn't come to.
    ///
    /// - Parameters:
    ///   - name: A metric's name in a job, as `val_loss`.
    ///   - pointer: Where the name stands in the request.
    /// - Throws: `FaultyInput`.
    func check(measure name: String, at pointer: String) throws {
        var plain = name
        if name.hasPrefix("val_") {
            guard options.validates else {
                let detail =
                    "no rows validate, so there is no \"\(name)\"; send \"folds\", or a \"validation_split\" in base.training"
                throw FaultyInput(Fault(pointer: pointer, detail: detail))
            }
            plain = String(name.dropFirst("val_".count))
        } else if name.hasPrefix("test_") {
            guard tests else {
                let detail = "the dataset \"\(dataset.name)\" has no rows to test on, so there is no \"\(name)\""
                throw FaultyInput(Fault(pointer: pointer, detail: detail))
            }
            plain = String(name.dropFirst("test_".count))
        }
        // What a run measures is known to the callbacks that watch it.
        let watching = try Self.watching(plain, options)
        do {
            try watching.check(model.network, on: rows)
        } catch {
            guard let fault = error.faults.first(where: { $0.pointer == "/early_stopping/monitor" }) else {
                throw error
            }
            throw FaultyInput(Fault(pointer: pointer, detail: fault.detail))
        }
    }

    /// The same options, of a run that watches a measure of the rows that it trains on.
    private static func watching(_ name: String, _ options: TrainingOptions) throws -> TrainingOptions {
        var watching = JSONWriter()
        watching.object { json in
            json.key("early_stopping")
            json.object { json in json.field("monitor", name) }
        }
        let text = try JSONDocument(parsing: options.jsonText).root.without(["early_stopping", "reduce_lr_on_plateau"])
        var found = try TrainingOptions(text.filled(from: JSONDocument(parsing: watching.bytes).root))
        // A check of the first rows alone has none that validate.
        (found.validationSplit, found.validationRows) = (0, 0)
        return found
    }
}
