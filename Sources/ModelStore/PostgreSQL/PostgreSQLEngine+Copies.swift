import SQL

/// Copies of the database, or of a model in it, from and to SQLite files, in which backups and exports keep them.
extension PostgreSQLEngine {
    func copy(to path: String, then body: ((any Connection)?) throws -> Void) throws {
        let file = try SQLiteDatabase(alone: path)
        try file.write { try $0.add(RowChecksum.function) }
        try Schema.migrations.migrate(file)
        try read { server in
            try file.write { connection in
                try connection.inTransaction { try RowTransfer(server: server, file: connection).fillFile() }
            }
            try file.close()
            try body(server)
        }
    }

    func copyModel(_ name: String, to file: SQLiteDatabase) throws {
        // Names have no quotes in them.
        let selection = ModelCopy.selection(of: "'\(name)'")
        try read { server in
            try file.write { connection in
                try connection.inTransaction {
                    let transfer = RowTransfer(server: server, file: connection)
                    for (table, condition) in selection { try transfer.fillFile(table, where: condition) }
                }
            }
        }
    }

    func takeModel(_ name: String, from path: String, as target: String) throws -> StoredModel {
        try prepare()
        let scratch = path + ".taken"
        defer { StoreFolder.removeDatabase(scratch) }
        try FilePermissions.ownerAlone.makeDatabase(scratch)
        let file = try SQLiteDatabase(alone: scratch)
        try file.write { try $0.add(RowChecksum.function) }
        try Schema.migrations.migrate(file)
        var model: StoredModel?
        try exclusively { server in
            let sql = "SELECT EXISTS (SELECT 1 FROM models WHERE name = ?)"
            guard try Bool.one(server, sql: sql, arguments: [target]) == false else {
                throw StoreError.conflict("model \"\(target)\": the name is taken; import it under another name")
            }
            let free = try ModelCopy.numbered.map { try RowTransfer.newest(of: $0, in: server) }
            try file.write { connection in
                try ModelCopy.attached(path, to: connection) { connection in
                    try ModelCopy.importModel(name, as: target, above: free, in: connection)
                }
                try RowTransfer(server: server, file: connection).fillServer()
            }
            model = try ModelTable.find(target, in: server)
        }
        guard let model else { preconditionFailure("a write that has succeeded has a value") }
        return model
    }

    /// Takes in all that a data folder holds, where the database holds nothing yet.
    ///
    /// - Parameter source: The folder, in the newest schema, which nobody uses.
    /// - Throws: `StoreError.conflict` where there is something already.
    func take(_ source: StoreFolder) throws {
        for path in source.files where path.hasSuffix(".bin") {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            try PostgreSQLFiles.keep(file, from: path, in: database)
        }
        let file = try SQLiteDatabase(alone: source.database)
        try exclusively { server in
            try Self.requireEmpty(server)
            try file.write { try RowTransfer(server: server, file: $0).fillServer() }
        }
        try file.close()
    }

    /// Throws `StoreError.conflict` where the database holds something.
    func requireEmpty() throws { try read { try Self.requireEmpty($0) } }

    private static func requireEmpty(_ server: any Connection) throws {
        for table in RowTransfer.tables {
            guard try Bool.one(server, sql: "SELECT EXISTS (SELECT 1 FROM \(table))") == false else {
                throw StoreError.conflict("the store holds something (in \(table)); restore into a new database")
            }
        }
    }
}
