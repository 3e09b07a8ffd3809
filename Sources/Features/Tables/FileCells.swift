/// What is known of the files among the cells of a column.
struct FileCells {
    /// How many there are.
    private(set) var count = 0
    /// What the first one is, a picture or a sound.
    private(set) var type = ColumnType.image
    /// Where the first one stands that can't be of the column, and what to say of it.
    private(set) var fault: (place: String, detail: String)?

    /// Takes the bytes of a file.
    mutating func note(_ bytes: UnsafeBufferPointer<UInt8>, at place: @autoclosure () -> String) {
        count += 1
        switch MediaKind(Array(bytes.prefix(MediaKind.prefixBytes)), name: "") {
        case .image: add(.image, place())
        case .sound: add(.sound, place())
        case .refused(let detail): fail(detail, place())
        case .other: fail("expected a picture (JPEG, PNG, WebP) or a sound (WAV), found other bytes", place())
        }
    }

    private mutating func add(_ found: ColumnType, _ place: String) {
        if count == 1 { type = found }
        if found != type { fail("some rows have a picture and others a sound; a column has one of them", place) }
    }

    private mutating func fail(_ detail: String, _ place: String) {
        if fault == nil { fault = (place, detail) }
    }
}
