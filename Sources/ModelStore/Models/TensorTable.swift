import SQL

/// The tensors of all versions, stored once per content and removed with the last version that refers to them.
package enum TensorTable {
    /// What a tensor of a version is.
    enum Part: String {
        /// One of the weights.
        case weights
        /// What an optimizer remembers of one.
        case optimizer
    }

    /// Enters tensors of a version, the first one at a position that is free.
    static func insert(
        _ weights: PackedWeights,
        _ part: Part = .weights,
        from start: Int = 0,
        version: Int64,
        in database: any Connection
    ) throws {
        for (position, tensor) in weights.tensors.enumerated() {
            try database.run(
                sql: """
                    INSERT INTO tensors (hash, encoding, raw_bytes, checksum, data) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (hash) DO NOTHING
                    """,
                arguments: [
                    tensor.hash, tensor.packed.encoding.rawValue, tensor.packed.rawCount,
                    Int64(tensor.packed.checksum), tensor.packed.data,
                ]
            )
            try database.run(
                sql: """
                    INSERT INTO version_tensors (version_id, position, name, shape, part, tensor_id)
                    VALUES (?, ?, ?, ?, ?, (SELECT id FROM tensors WHERE hash = ?))
                    """,
                arguments: [
                    version, start + position, tensor.name, ShapeText.text(tensor.shape), part.rawValue,
                    tensor.hash,
                ]
            )
        }
    }

    package static let weightsQuery = """
        SELECT name, shape, encoding, raw_bytes, checksum, data
        FROM version_tensors JOIN tensors ON tensors.id = tensor_id
        WHERE version_id = ? AND part = ? ORDER BY position
        """

    /// A tensor as it was read, not unpacked yet; nil where its row names an encoding or shape that there is none of.
    struct Packed {
        let name: String
        let content: (shape: [Int], bytes: PackedBytes)?
    }

    /// Reads a version's tensors of one part in order.
    static func packed(of version: Int64, _ part: Part = .weights, in database: any Connection) throws -> [Packed] {
        try Row.all(database, sql: weightsQuery, arguments: [version, part.rawValue]).map { row in
            let shape = ShapeText.shape(try row.value("shape"))
            let bytes = try PackedBytes(row: row)
            let content = shape.flatMap { shape in bytes.map { (shape, $0) } }
            return Packed(name: try row.value("name"), content: content)
        }
    }

    /// Unpacks tensors and verifies each; `label` names their version in the error.
    static func unpacked(_ tensors: [Packed], label: String) throws(StoreError) -> [StoredTensor] {
        var weights: [StoredTensor] = []
        for tensor in tensors {
            guard let (shape, packed) = tensor.content, let bytes = packed.unpacked(),
                StoredTensor.byteCount(of: shape) == bytes.count
            else {
                throw .corrupt(
                    "\(label): tensor \"\(tensor.name)\" is damaged (its checksum or size does not hold); "
                        + "restore a backup or train the model again"
                )
            }
            weights.append(StoredTensor(name: tensor.name, shape: shape, bytes: bytes))
        }
        return weights
    }

    /// Reads all that a version has, its weights and what an optimizer remembers of them, and verifies it.
    ///
    /// - Parameters:
    ///   - row: The version's row, as `ModelVersion.select` gives it.
    ///   - label: What is read, for the reader of an error.
    ///   - database: The database.
    /// - Throws: `StoreError.corrupt` where any of it is damaged.
    static func verify(_ row: Row, label: String, in database: any Connection) throws {
        let (version, identifier) = (try ModelVersion(row: row), try row.value("id") as Int64)
        let weights = try unpacked(packed(of: identifier, in: database), label: label)
        try WeightsDigest.verify(weights, version, label: label)
        let state = try unpacked(packed(of: identifier, .optimizer, in: database), label: label)
        try version.optimizer?.verify(state, label: label)
    }

    /// Removes versions, and the tensors that nothing else refers to.
    static func deleteVersions(_ versions: [Int64], in database: any Connection) throws {
        for version in versions {
            let tensors = try Int64.all(
                database,
                sql: "SELECT DISTINCT tensor_id FROM version_tensors WHERE version_id = ?",
                arguments: [version]
            )
            try database.run(sql: "DELETE FROM version_tensors WHERE version_id = ?", arguments: [version])
            try database.run(sql: "DELETE FROM versions WHERE id = ?", arguments: [version])
            for tensor in tensors {
                try database.run(
                    sql: """
                        DELETE FROM tensors WHERE id = :tensor
                        AND NOT EXISTS (SELECT 1 FROM version_tensors WHERE tensor_id = :tensor)
                        """,
                    arguments: ["tensor": tensor]
                )
            }
        }
    }
}
