import SQL

/// What a store needs of the kind of database that it is kept in.
///
/// Errors are those of the body, `StoreError`s and `SQLError`s.
protocol StoreEngine: Sendable {
    /// What it is.
    var description: EngineDescription { get }

    /// Throws `.unavailable` where what is open is not, or no longer, where the next start would look for it.
    func verifyPresence() throws(StoreError)

    /// Runs `body` on what the store holds now, whatever is written meanwhile.
    func read(_ body: (any Connection) throws -> Void) throws

    /// Runs `body` in a transaction, which it may share with others, and returns when that is on the disk; after a rollback
    /// `body` may be run once more, on another thread while the caller waits.
    func write(_ body: @escaping (any Connection) throws -> Void) throws

    /// Has something done once the write whose body is running is on the disk, on its caller's thread; never if it fails.
    func afterCommit(_ action: @escaping () -> Void)

    /// A mark that moves with every commit; nil where it can't be told.
    var writeMark: WriteMark? { get }

    /// Whether each commit waits for the disk, as the database itself says.
    func waitsForDisk() throws -> Bool

    /// Whether no refused commit can come back after a crash.
    var isSettled: Bool { get }

    /// Why the store isn't well although it may take commits; nil where it is.
    var trouble: StoreError? { get }

    /// Copies the whole database as of one moment into an empty SQLite file; no writer waits for it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - body: Run when it is complete, on the connection that still sees that moment, where the engine has one.
    /// - Throws: What `body` throws, and why the copy can't be made.
    func copy(to path: String, then body: ((any Connection)?) throws -> Void) throws

    /// Fills an empty SQLite file of the newest schema with a model and all that belongs to it.
    func copyModel(_ name: String, to file: SQLiteDatabase) throws

    /// Adds the one model that an SQLite file of the newest schema holds, in one transaction.
    ///
    /// - Parameters:
    ///   - name: The model's name in the file.
    ///   - path: The file.
    ///   - target: The name that it gets.
    /// - Returns: The model.
    /// - Throws: `StoreError.conflict` where that name is taken.
    func takeModel(_ name: String, from path: String, as target: String) throws -> StoredModel

    /// What is wrong with the structure of the database, and rows that refer to none; a sentence for each.
    func faults() throws -> [String]

    /// Builds all indexes anew.
    func rebuildIndexes() throws

    /// Gives some of the space that is free in the database back to the disk; returns how many pages are still free.
    func reclaimSpace(maximumPages: Int) throws -> Int

    /// Ends the connections; throws while calls are under way.
    func close() throws

    /// Whether the files of datasets and checkpoints lie in the folder alone; else the database has them, and those in the
    /// folder are copies.
    var keepsFilesInFolder: Bool { get }

    /// Takes in a complete file of a dataset or checkpoint, before the row that names it.
    ///
    /// - Parameters:
    ///   - name: The name that the row is to have for it.
    ///   - path: Where it lies in the folder.
    /// - Throws: `StoreError` where it can't be stored.
    func keepFile(_ name: String, from path: String) throws(StoreError)

    /// Sees to it that a file which a row names lies in the folder.
    ///
    /// - Parameters:
    ///   - name: The name that the row has for it.
    ///   - path: Where it has to lie.
    ///   - database: The connection that has read the row; nil for any.
    /// - Throws: `StoreError.notFound` where there is no such file.
    func provideFile(_ name: String, at path: String, in database: (any Connection)?) throws(StoreError)

    /// Gives a file of the database a second name.
    func copyFile(_ name: String, as copy: String) throws(StoreError)

    /// Removes a file from the database that no row names.
    func discardFile(_ name: String)
}

/// Files that lie in the folder alone need nothing else.
extension StoreEngine {
    var keepsFilesInFolder: Bool { true }

    func keepFile(_ name: String, from path: String) throws(StoreError) {}

    func provideFile(_ name: String, at path: String, in database: (any Connection)?) throws(StoreError) {}

    func copyFile(_ name: String, as copy: String) throws(StoreError) {}

    func discardFile(_ name: String) {}
}
