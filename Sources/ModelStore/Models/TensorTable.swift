import Foundation
import GRDB

/// The tensors of all versions, stored once per content and removed with the last version that refers to them.
package enum TensorTable {
    static func insert(_ weights: PackedWeights, version: Int64, in database: Database) throws {
        for (position, tensor) in weights.tensors.enumerated() {
            try database.execute(
                sql: """
                    INSERT INTO tensors (hash, encoding, raw_bytes, checksum, data) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (hash) DO NOTHING
                    """,
                arguments: [
                    Data(tensor.hash), tensor.packed.encoding.rawValue, tensor.packed.rawCount,
                    Int64(tensor.packed.checksum), Data(tensor.packed.data),
                ]
            )
            try database.execute(
                sql: """
                    INSERT INTO version_tensors (version_id, position, name, shape, tensor_id)
                    VALUES (?, ?, ?, ?, (SELECT id FROM tensors WHERE hash = ?))
                    """,
                arguments: [version, position, tensor.name, ShapeText.text(tensor.shape), Data(tensor.hash)]
            )
        }
    }

    package static let weightsQuery = """
        SELECT name, shape, encoding, raw_bytes, checksum, data
        FROM version_tensors JOIN tensors ON tensors.id = tensor_id
        WHERE version_id = ? ORDER BY position
        """

    /// Reads a version's tensors in order and verifies each; `label` names the version in the error.
    static func weights(of version: Int64, label: String, in database: Database) throws -> [StoredTensor] {
        let rows = try Row.fetchCursor(
            database,
            sql: weightsQuery,
            arguments: [version]
        )
        var weights: [StoredTensor] = []
        while let row = try rows.next() {
            let name: String = try row.value("name")
            let shape = ShapeText.shape(try row.value("shape"))
            let bytes = try PackedBytes(row: row)?.unpacked()
            guard let bytes, let shape, StoredTensor.byteCount(of: shape) == bytes.count else {
                throw StoreError.corrupt(
                    "\(label): tensor \"\(name)\" is damaged (its checksum or size does not hold); "
                        + "restore a backup or train the model again"
                )
            }
            weights.append(StoredTensor(name: name, shape: shape, bytes: bytes))
        }
        return weights
    }

    /// Removes versions, and the tensors that nothing else refers to.
    static func deleteVersions(_ versions: [Int64], in database: Database) throws {
        for version in versions {
            let tensors = try Int64.fetchSet(
                database,
                sql: "SELECT tensor_id FROM version_tensors WHERE version_id = ?",
                arguments: [version]
            )
            try database.execute(sql: "DELETE FROM version_tensors WHERE version_id = ?", arguments: [version])
            try database.execute(sql: "DELETE FROM versions WHERE id = ?", arguments: [version])
            for tensor in tensors {
                try database.execute(
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
