import Foundation

/// What became of the modes in a data folder.
public struct PermissionChanges: Sendable, Equatable {
    /// The paths whose modes were others.
    public internal(set) var changed: [String] = []

    /// The paths whose modes are others and stay so, each with the reason.
    public internal(set) var left: [String] = []
}

extension Store {
    /// Gives the folder and all in it that belongs to the store the modes of the options, whatever they were.
    ///
    /// A folder that is not the store's alone keeps its mode: one that holds other folders, or that all may write to.
    public func applyPermissions() -> PermissionChanges {
        let (folder, wanted) = (storage.folder, storage.options.permissions)
        var changes = PermissionChanges()
        if let reason = sharedFolder() {
            if Self.needsChange(folder.path, wanted.folder) { changes.left.append("\(folder.path): \(reason)") }
        } else {
            change(folder.path, to: wanted.folder, &changes)
        }
        for path in folder.folders { change(path, to: wanted.folder, &changes) }
        for path in folder.files { change(path, to: wanted.file, &changes) }
        return changes
    }

    private func change(_ path: String, to mode: UInt32, _ changes: inout PermissionChanges) {
        var status = stat()
        guard Self.needsChange(path, mode), stat(path, &status) == 0 else { return }
        // Bits such as the one that hands a folder's group on stay.
        if chmod(path, status.st_mode & 0o7000 | mode) == 0 {
            changes.changed.append(path)
        } else if errno != ENOENT {
            changes.left.append("\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Why the folder is not the store's alone; nil where it is.
    private func sharedFolder() -> String? {
        var status = stat()
        guard stat(storage.folder.path, &status) == 0 else { return nil }
        if status.st_mode & S_ISVTX != 0 { return "others may write to it" }
        let known = Set(storage.folder.folders + [storage.folder.path + "/lost+found"])
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: storage.folder.path)) ?? []
        return entries.map { storage.folder.path + "/" + $0 }
            .first { !known.contains($0) && FilePermissions.isFolder($0) }
            .map { "it holds \($0) too" }
    }

    /// Whether a file or folder has another mode.
    private static func needsChange(_ path: String, _ mode: UInt32) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o777 != mode
    }
}
