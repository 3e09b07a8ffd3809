import FileKinds

/// What a file of a folder of pictures or sounds is, by its first bytes.
enum MediaKind: Sendable, Equatable {
    case image
    case sound
    /// A picture or sound that isn't read, or a file that is named as one and is none; with what to say of it.
    case refused(String)
    /// Something else.
    case other

    /// How many of the first bytes tell.
    static let prefixBytes = 64

    private static let imageEndings: Set = [
        "jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "jp2", "jxl", "svg",
    ]
    private static let soundEndings: Set = [
        "wav", "wave", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "wma", "au",
    ]

    /// Recognises a file.
    init(_ bytes: [UInt8], name: String) {
        func starts(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) || bytes.starts(with: [0x89] + Array("PNG\r\n\u{1A}\n".utf8))
            || starts("RIFF") && starts("WEBP", at: 8)
        {
            self = .image
            return
        }
        if ["RIFF", "RIFX", "RF64", "BW64"].contains(where: { starts($0) }), starts("WAVE", at: 8) {
            self = .sound
            return
        }
        let ending = name.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
        let isNamedImage = Self.imageEndings.contains(ending)
        let isNamedSound = Self.soundEndings.contains(ending)
        let advice = isNamedSound ? "sounds are WAV" : "pictures are JPEG, PNG or WebP"
        if let found = Self.unread(bytes) {
            self = .refused(
                "\(found.name) isn't read; \(found.isSound ? "sounds are WAV" : "pictures are JPEG, PNG or WebP")"
            )
        } else if isNamedImage || isNamedSound {
            let found = bytes.isEmpty ? "an empty file" : FileKind(bytes)?.name ?? "other bytes"
            self = .refused("expected \(isNamedSound ? "a sound" : "a picture") by its name, found \(found); \(advice)")
        } else {
            self = .other
        }
    }

    /// Pictures and sounds of kinds that aren't read.
    private static func unread(_ bytes: [UInt8]) -> (name: String, isSound: Bool)? {
        func starts(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        if starts("GIF8") { return ("a GIF picture", false) }
        if starts("II*\0") || starts("MM\0*") { return ("a TIFF picture", false) }
        if starts("ftyp", at: 4) {
            if starts("M4A", at: 8) { return ("an M4A sound", true) }
            if starts("hei", at: 8) || starts("mif1", at: 8) { return ("a HEIC picture", false) }
            if starts("avif", at: 8) { return ("an AVIF picture", false) }
        }
        if bytes.starts(with: [0, 0, 0, 12]), starts("jP  ", at: 4) { return ("a JPEG 2000 picture", false) }
        if bytes.starts(with: [0xFF, 0x0A]) { return ("a JPEG XL picture", false) }
        if starts("fLaC") { return ("a FLAC sound", true) }
        if starts("OggS") { return ("an Ogg sound", true) }
        if starts("ID3") { return ("an MP3 sound", true) }
        if starts("FORM"), starts("AIF", at: 8) { return ("an AIFF sound", true) }
        if starts(".snd") { return ("an AU sound", true) }
        if starts("version https://git-lfs") { return ("a pointer of Git LFS in place of the file", false) }
        return nil
    }
}
