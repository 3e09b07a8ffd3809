import SQL

extension PackedBytes {
    /// Reads the columns `encoding`, `raw_bytes`, `checksum` and `data`; nil for an unknown encoding.
    init?(row: Row) throws {
        guard let encoding = Encoding(rawValue: try row.value("encoding")) else { return nil }
        let checksum: Int64 = try row.value("checksum")
        self.init(
            encoding: encoding,
            rawCount: try row.value("raw_bytes"),
            checksum: UInt32(truncatingIfNeeded: checksum),
            data: try row.value("data")
        )
    }
}
