import SQL

extension Store {
    /// Reads the whole store and verifies it: pages, references, every checksum and digest, every file.
    ///
    /// With `repairing`, what can be mended is: indexes are built anew, what nothing refers to is removed, and so are
    /// damaged checkpoints, versions and datasets, which nobody can use any more. Other processes may use the store
    /// meanwhile. Throws only where the check itself can't go on.
    public func check(repairing: Bool = false) throws(StoreError) -> CheckReport {
        var report = CheckReport()
        try checkPages(repairing, &report)
        do {
            try checkRows(repairing, &report)
            try checkVersions(repairing, &report)
            try checkTensors(repairing, &report)
            try checkCheckpoints(repairing, &report)
            try checkDatasets(repairing, &report)
        } catch .corrupt(let text) {
            // Damaged pages stop the reading of tables; the rest can't be looked at.
            report.add("\(text); restore a backup")
        }
        return report
    }

    /// The engine's own checks: the structure of the database, and rows that refer to none.
    private func checkPages(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        func faults() throws(StoreError) -> [String] {
            do {
                return try storage.call("Store.check(repairing:)") { try storage.engine.faults() }
            } catch .corrupt(let text) {
                return [text]
            }
        }
        let before = try faults()
        guard !before.isEmpty else { return }
        var after = before
        if repairing, (try? storage.engine.rebuildIndexes()) != nil { after = try faults() }
        for fault in before {
            report.add(
                "database: \(fault); a repair builds indexes anew, anything else needs a backup",
                isRepaired: !after.contains(fault)
            )
        }
    }

    private func checkVersions(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        let identifiers = try storage.read { try Int64.all($0, sql: "SELECT id FROM versions ORDER BY id") }
        for identifier in identifiers {
            guard let fault = try fault(ofVersion: identifier) else {
                report.versions += 1
                continue
            }
            if repairing {
                try storage.write { database in
                    try database.run(
                        sql: """
                            DELETE FROM aliases WHERE (model_id, number) IN (
                                SELECT model_id, number FROM versions WHERE id = ?)
                            """,
                        arguments: [identifier]
                    )
                    try TensorTable.deleteVersions([identifier], in: database)
                }
            }
            report.add(fault, isRepaired: repairing)
        }
    }

    /// What is wrong with a version; nil where nothing is, or where it is gone meanwhile.
    private func fault(ofVersion identifier: Int64) throws(StoreError) -> String? {
        do {
            return try storage.read { database in
                let sql = "\(ModelVersion.select) WHERE versions.id = ?"
                guard let row = try Row.one(database, sql: sql, arguments: [identifier]) else { return nil }
                let version = try ModelVersion(row: row)
                let label = "weights of \"\(version.model)\" version \(version.number)"
                try TensorTable.verify(row, label: label, in: database)
                return nil
            }
        } catch .corrupt(let text) {
            return text
        }
    }

    private func checkTensors(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        let orphans = "FROM tensors WHERE NOT EXISTS (SELECT 1 FROM version_tensors WHERE tensor_id = tensors.id)"
        let count = try storage.read { try Int.one($0, sql: "SELECT count(*) \(orphans)") ?? 0 }
        guard count > 0 else { return }
        if repairing { try storage.write { try $0.run(sql: "DELETE \(orphans)") } }
        report.add("\(count) stored tensors belong to no version; a repair removes them", isRepaired: repairing)
    }

    private func checkCheckpoints(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        // A file outlives its row by a moment.
        let orphans = try checkpoints.orphans.names()
        for orphan in orphans.isEmpty ? [] : try checkpoints.orphans.names().filter(orphans.contains) {
            if repairing { try checkpoints.orphans.remove(orphan) }
            report.add("checkpoints/\(orphan): no checkpoint refers to it; a repair removes it", isRepaired: repairing)
        }
        let identifiers = try storage.read { try Int64.all($0, sql: "SELECT id FROM checkpoints ORDER BY id") }
        for identifier in identifiers {
            // Newer ones take the place of older ones all the time, so that one is damaged only if it is still there.
            var found = try fault(ofCheckpoint: identifier)
            if found != nil { found = try fault(ofCheckpoint: identifier) }
            guard let found else {
                report.checkpoints += 1
                continue
            }
            if repairing {
                try storage.write { [checkpoints] database in
                    try checkpoints.delete(where: "id = ?", arguments: [identifier], in: database)
                }
            }
            report.add("\(found); a repair removes it", isRepaired: repairing)
        }
    }

    /// What is wrong with a checkpoint; nil where nothing is, or where it is gone meanwhile.
    private func fault(ofCheckpoint identifier: Int64) throws(StoreError) -> String? {
        try storage.read { database in
            let row = try Row.one(
                database,
                sql: """
                    SELECT checkpoints.*, state FROM checkpoints JOIN jobs ON jobs.id = job_id WHERE checkpoints.id = ?
                    """,
                arguments: [identifier]
            )
            guard let row else { return nil }
            let (job, state): (Int64, String) = (try row.value("job_id"), try row.value("state"))
            guard try checkpoints.parts(of: row, in: database) != nil else {
                return "a checkpoint of job \(job) does not pass its checksum"
            }
            let isKept = try row.value("epoch") as Int? != nil
            return isKept || JobState(rawValue: state)?.isFinal == false
                ? nil : "a checkpoint of job \(job) outlived its job"
        }
    }

    private func checkDatasets(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        for orphan in try datasets.orphans.names() {
            if repairing { try datasets.orphans.remove(orphan) }
            report.add("datasets/\(orphan): no dataset refers to it; a repair removes it", isRepaired: repairing)
        }
        let identifiers = try storage.read { try Int64.all($0, sql: "SELECT id FROM datasets ORDER BY name") }
        for identifier in identifiers {
            guard let fault = try fault(ofDataset: identifier) else {
                report.datasets += 1
                continue
            }
            let isRepaired = repairing ? try datasets.removeDamaged(identifier) : false
            report.add(fault, isRepaired: isRepaired)
        }
    }

    /// What is wrong with a dataset; nil where nothing is, or where it is gone meanwhile.
    private func fault(ofDataset identifier: Int64) throws(StoreError) -> String? {
        do {
            let dataset = try storage.read { database in
                try Row.one(database, sql: "SELECT * FROM datasets WHERE id = ?", arguments: [identifier])
                    .map { try StoredDataset(row: $0) }
            }
            return try dataset.flatMap { (dataset) throws(StoreError) in try datasets.fault(of: dataset) }
        } catch .corrupt(let text) {
            return text
        }
    }
}
