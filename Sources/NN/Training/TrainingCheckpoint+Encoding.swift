import JSON

/// A checkpoint as bytes: a weights file with the tensors `weights/PLACE` and `slots/SLOT/PLACE`, and the rest as JSON
/// in its metadata.
extension TrainingCheckpoint {
    static let newestFormat = 3
    /// The oldest format that is read: before learning rates stood in the history, and metrics left out masked steps.
    private static let oldestFormat = 2
    private static let stateKey = "trainyard.checkpoint"

    /// The checkpoint as bytes; the same state always gives the same bytes.
    public func encoded() -> [UInt8] { file.encoded() }

    /// Hands out the bytes that `encoded()` gives in order, in pieces, without a copy of them.
    public func forEachPiece<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try file.forEachPiece(body)
    }

    private var file: WeightsFile {
        var json = JSONWriter()
        json.object { json in
            json.field("format", Self.newestFormat)
            json.field("model", run.model)
            json.field("options", run.options)
            json.field("rows", run.rows)
            json.field("tensors", weights.count)
            json.field("slots", slots.count)
            json.field("epoch", epoch)
            json.field("step", step)
            json.field("updates", updates)
            json.field("summed_rows", sums.rows)
            json.field("sums", ([sums.loss] + sums.metrics).map(Self.bits))
            json.field("history", history.map(StoredEpoch.init))
            json.field("seconds", Self.bits(seconds))
            json.field("norms", ifPresent: norms.map(StoredNorms.init))
            json.field("callbacks", StoredCallbacks(state: callbacks))
        }
        var entries = weights.enumerated().map { WeightsFile.Entry("weights/\($0)", $1) }
        for (slot, tensors) in slots.enumerated() {
            entries += tensors.enumerated().map { WeightsFile.Entry("slots/\(slot)/\($0)", $1) }
        }
        for (place, tensor) in (callbacks.stopping.bestWeights ?? []).enumerated() {
            entries.append(WeightsFile.Entry("best/\(place)", tensor))
        }
        return WeightsFile(entries, metadata: [Self.stateKey: json.text])
    }

    /// Reads a checkpoint, whole or not at all.
    ///
    /// - Throws: `TrainingError.badCheckpoint` with what is wrong with the bytes.
    public init(decoding bytes: [UInt8]) throws(TrainingError) {
        do {
            let file = try WeightsFile(decoding: bytes)
            guard let text = file.metadata[Self.stateKey] else {
                throw TrainingError.badCheckpoint("the metadata has no \"\(Self.stateKey)\"")
            }
            let fields = try JSONDocument(parsing: text).root.read { Fields(reading: &$0) }
            var tensors = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0.tensor) })
            func take(_ prefix: String) throws -> [Tensor] {
                try (0..<fields.tensors).map { place in
                    guard let tensor = tensors.removeValue(forKey: "\(prefix)/\(place)") else {
                        throw TrainingError.badCheckpoint("tensor \"\(prefix)/\(place)\" is missing")
                    }
                    return tensor
                }
            }
            weights = try take("weights")
            slots = try (0..<fields.slots).map { slot in try take("slots/\(slot)") }
            run = Identity(model: fields.model, options: fields.options, rows: fields.rows)
            (epoch, step, updates) = (fields.epoch, fields.step, fields.updates)
            (sums, history) = (fields.sums, fields.history)
            (seconds, norms) = (fields.seconds, fields.norms)
            var callbacks = fields.callbacks.state
            if fields.callbacks.hasBestWeights { callbacks.stopping.bestWeights = try take("best") }
            self.callbacks = callbacks
            format = fields.format
        } catch let error as TrainingError {
            throw error
        } catch {
            throw .badCheckpoint("\(error)")
        }
    }

    /// What the metadata holds.
    private struct Fields {
        let format: Int
        let model: String
        let options: String
        let rows: Int
        let tensors: Int
        let slots: Int
        let epoch: Int
        let step: Int
        let updates: Int
        let sums: RowSums
        let history: [EpochRecord]
        let seconds: Double
        let norms: EpochNorms?
        let callbacks: StoredCallbacks

        init(reading reader: inout ObjectReader) {
            format = reader.int("format", in: oldestFormat...newestFormat)
            model = reader.string("model")
            options = reader.string("options")
            rows = reader.int("rows", in: 0...Int.max)
            tensors = reader.int("tensors", in: 0...1_000_000)
            slots = reader.int("slots", in: 0...16)
            epoch = reader.int("epoch", in: 0...Int.max)
            step = reader.int("step", in: 0...Int.max)
            updates = reader.int("updates", in: 0...Int.max)
            let summedRows = reader.int("summed_rows", in: 0...Int.max)
            let numbers = reader.array("sums", count: 1...Int.max) { value, faults in number(value, &faults) }
            var sums = RowSums(count: max(numbers.count - 1, 0))
            sums.rows = summedRows
            sums.loss = numbers.first ?? 0
            sums.metrics = Array(numbers.dropFirst())
            self.sums = sums
            seconds = reader.optionalValue("seconds").map { number($0, &reader.faults) } ?? 0
            norms = reader.optionalObject("norms") { StoredNorms(reading: &$0).norms }
            callbacks = reader.object("callbacks") { StoredCallbacks(reading: &$0) }
            history = reader.array("history") { value, faults in
                faults.read(value) { reader in
                    EpochRecord(
                        epoch: reader.int("epoch", in: 1...Int.max),
                        measurements: reader.array("measurements") { value, faults in
                            faults.read(value) { reader in
                                Measurement(
                                    reader.string("name"),
                                    reader.value("value").map { number($0, &reader.faults) } ?? 0,
                                    matrix: reader.has("matrix") ? matrix(&reader) : nil,
                                    list: reader.has("list")
                                        ? reader.array("list") { value, faults in number(value, &faults) } : nil
                                )
                            }
                        },
                        learningRate: reader.optionalValue("learning_rate").map { number($0, &reader.faults) },
                        seconds: reader.optionalValue("seconds").map { number($0, &reader.faults) }
                    )
                }
            }
        }
    }

    /// What the callbacks have seen, but for the best weights.
    private struct StoredCallbacks: JSONWritable {
        let state: CallbackState
        let hasBestWeights: Bool

        init(state: CallbackState) {
            self.state = state
            hasBestWeights = state.stopping.bestWeights != nil
        }

        init(reading reader: inout ObjectReader) {
            func optionalNumber(_ key: String) -> Double? {
                reader.optionalValue(key).map { number($0, &reader.faults) }
            }
            var state = CallbackState()
            state.stopping.best = optionalNumber("best")
            state.stopping.wait = reader.int("wait", in: 0...Int.max)
            state.stopping.isOver = reader.bool("over")
            state.stopping.since = reader.int("since", in: 0...Int.max, default: 0)
            state.plateau.best = optionalNumber("plateau_best")
            state.plateau.wait = reader.int("plateau_wait", in: 0...Int.max)
            state.plateau.cooldown = reader.int("plateau_cooldown", in: 0...Int.max)
            state.reducedRate = optionalNumber("rate")
            hasBestWeights = reader.bool("best_weights")
            self.state = state
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("best", state.stopping.best.map(bits))
                json.field("wait", state.stopping.wait)
                json.field("over", state.stopping.isOver)
                if state.stopping.since > 0 { json.field("since", state.stopping.since) }
                json.field("plateau_best", state.plateau.best.map(bits))
                json.field("plateau_wait", state.plateau.wait)
                json.field("plateau_cooldown", state.plateau.cooldown)
                json.field("rate", state.reducedRate.map(bits))
                json.field("best_weights", hasBestWeights)
            }
        }
    }

    /// An epoch whose numbers are written bit for bit, infinite ones too.
    private struct StoredEpoch: JSONWritable {
        let record: EpochRecord

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("epoch", record.epoch)
                json.key("measurements")
                json.array { json in
                    for measurement in record.measurements {
                        json.object { json in
                            json.field("name", measurement.name)
                            json.field("value", bits(measurement.value))
                            json.field("matrix", ifPresent: measurement.matrix)
                            json.field("list", ifPresent: measurement.list?.map(bits))
                        }
                    }
                }
                json.field("learning_rate", ifPresent: record.learningRate.map(bits))
                json.field("seconds", ifPresent: record.seconds.map(bits))
            }
        }
    }

    /// Norms whose numbers are written bit for bit.
    private struct StoredNorms: JSONWritable {
        let norms: EpochNorms

        init(norms: EpochNorms) { self.norms = norms }

        init(reading reader: inout ObjectReader) {
            func numbers(_ key: String) -> [Double] {
                reader.array(key) { value, faults in number(value, &faults) }
            }
            norms = EpochNorms(gradient: numbers("gradient"), weight: numbers("weight"), update: numbers("update"))
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("gradient", norms.gradient.map(bits))
                json.field("weight", norms.weight.map(bits))
                json.field("update", norms.update.map(bits))
            }
        }
    }

    /// A number's bits in hexadecimal, which no printing rounds.
    private static func bits(_ number: Double) -> String { String(number.bitPattern, radix: 16) }

    private static func matrix(_ reader: inout ObjectReader) -> [[Int]] {
        reader.array("matrix") { row, faults in
            row.elements.map { count in faults.collect { () throws(Fault) in try count.int() } ?? 0 }
        }
    }

    private static func number(_ value: JSONValue, _ faults: inout Faults) -> Double {
        faults.collect { () throws(Fault) in
            let text = try value.string()
            guard let bits = UInt64(text, radix: 16) else { throw value.mismatch("64 bits in hexadecimal") }
            return Double(bitPattern: bits)
        } ?? 0
    }
}
