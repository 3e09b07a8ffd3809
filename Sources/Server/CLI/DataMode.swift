import ArgumentParser
import ModelStore

/// The setting `data-mode`: who beside the owner may read the data folder.
enum DataMode {
    /// What the flag's help says.
    static let help = ArgumentHelp(
        "The mode of the data folder, in octal; files have it without the x (default: 0700).",
        valueName: "mode"
    )

    /// What the flag or its variable says, else the owner alone.
    ///
    /// - Throws: `StartError.usage` for what is no such mode.
    static func permissions(_ reader: SettingReader, _ flag: String?) throws(StartError) -> FilePermissions {
        guard let (source, text) = reader.setting("data-mode", flag) else { return .ownerAlone }
        let isOctal = (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        guard isOctal, let mode = UInt32(text, radix: 8), let permissions = FilePermissions(folder: mode) else {
            throw .usage("\(source): expected an octal mode from 0700 to 0777, such as 0750, found \"\(text)\"")
        }
        return permissions
    }

    /// The mode of the folder, as the flag takes it.
    static func text(_ permissions: FilePermissions) -> String { "0" + String(permissions.folder, radix: 8) }
}
