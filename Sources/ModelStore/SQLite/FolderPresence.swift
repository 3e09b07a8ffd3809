import Foundation

/// Whether what a store has open is still what lies under its paths.
///
/// A file stays usable after it was removed, renamed or covered by another file system, and a commit into it succeeds. But
/// nobody finds it again: what is acknowledged then is lost at the next start.
struct FolderPresence: Sendable {
    private struct Place: Sendable {
        let path: String
        let device: UInt
        let number: UInt
    }

    private let places: [Place]

    /// Notes what lies under the paths of a folder whose database is open, and whose log therefore exists.
    init(_ folder: StoreFolder) throws(StoreError) {
        var places: [Place] = []
        for path in [folder.database, folder.log, folder.index, folder.datasets, folder.checkpoints] {
            guard let place = Self.place(path) else { throw StoreError(errno: errno, doing: "looking at", path: path) }
            places.append(place)
        }
        self.places = places
    }

    /// Throws `.unavailable` where one of the paths leads to nothing, or to something else than in the beginning.
    func verify() throws(StoreError) {
        for place in places {
            guard let found = Self.place(place.path) else {
                throw .unavailable(
                    "\(place.path): it is gone (\(String(cString: strerror(errno)))), though this program has it open; what "
                        + "was written now would be lost; bring the data folder back, or start again on another one"
                )
            }
            guard (found.device, found.number) == (place.device, place.number) else {
                throw .unavailable(
                    "\(place.path): it is not the one that this program has open; what was written now would be lost; bring "
                        + "the data folder back, or start again on this one"
                )
            }
        }
    }

    private static func place(_ path: String) -> Place? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Place(path: path, device: UInt(status.st_dev), number: UInt(status.st_ino))
    }
}
