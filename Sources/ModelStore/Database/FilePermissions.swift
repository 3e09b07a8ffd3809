import Foundation

/// Who may read what a store keeps, as the modes of its folders and files (chmod(2)); the umask counts for nothing.
public struct FilePermissions: Sendable, Equatable {
    /// Its owner and nobody else: 0700 and 0600.
    public static let ownerAlone = FilePermissions(folderMode: 0o700)

    /// The mode of a folder.
    public let folder: UInt32

    /// The mode of a file: that of a folder without the right to search it.
    public var file: UInt32 { folder & 0o666 }

    /// Makes them from the mode of a folder, 0700 to 0777; nil for a mode that takes something from the owner.
    public init?(folder: UInt32) {
        guard (0o700...0o777).contains(folder) else { return nil }
        self.init(folderMode: folder)
    }

    private init(folderMode: UInt32) { folder = folderMode }

    /// Makes a folder where there is none; returns whether there was none.
    func makeFolder(_ path: String) throws(StoreError) -> Bool {
        guard try Self.makeFolder(path, mode: folder) else { return false }
        // On a file system that has no modes this fails, and nothing is lost by it.
        if Self.mode(of: path) != folder { chmod(path, folder) }
        return true
    }

    /// Makes a folder of a mode, less the umask, where there is none; returns whether there was none.
    static func makeFolder(_ path: String, mode: UInt32) throws(StoreError) -> Bool {
        guard mkdir(path, mode) != 0 else { return true }
        let code = errno
        guard isFolder(path) else {
            if code == EEXIST { throw .conflict("\(path): there is a file of that name, expected a folder") }
            throw StoreError(errno: code, doing: "making the folder", path: path)
        }
        return false
    }

    /// Makes a new file and opens it; throws where there is one.
    func makeFile(_ path: String) throws(StoreError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, file)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "creating", path: path) }
        var status = stat()
        // As above.
        if fstat(descriptor, &status) == 0, status.st_mode & 0o777 != file { fchmod(descriptor, file) }
        return descriptor
    }

    /// Makes an empty file where there is none, for SQLite to fill.
    ///
    /// One that SQLite makes itself is readable by all. What it makes beside a database has the mode of that.
    func makeDatabase(_ path: String) throws(StoreError) {
        guard access(path, F_OK) != 0 else { return }
        close(try makeFile(path))
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func mode(of path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
