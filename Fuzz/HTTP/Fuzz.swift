import HTTP
import HTTPTypes

/// What one way of feeding a parser gave.
private struct Run: Equatable {
    var log: [String] = []
    var body: [UInt8] = []

    init(_ pieces: [[UInt8]]) {
        var parser = RequestParser(
            limits: WireLimits(headBytes: 512, fieldCount: 8, targetBytes: 128, chunkLineBytes: 32)
        )
        do throws(WireError) {
            for piece in pieces {
                var position = 0
                while let event = try parser.next(piece.span, from: &position) {
                    precondition(position <= piece.count, "the parser read past its input")
                    take(event, of: piece)
                }
                precondition(position == piece.count, "the parser left input that it did not want")
            }
        } catch {
            log.append("\(error.status.code) \(error.detail)")
        }
    }

    private mutating func take(_ event: RequestEvent, of piece: [UInt8]) {
        switch event {
        case .head(let head):
            log.append("\(head.method) \(head.rawTarget) \(head.framing) \(head.keepsAlive) \(head.expectsContinue)")
            for field in head.fields {
                log.append("\(field.name.rawName): \(field.value)")
                precondition(
                    !field.value.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 },
                    "a field value has a line end"
                )
                _ = MediaType.parameter("boundary", of: field.value)
                _ = ContentCoding.weight(of: .gzip, inAcceptEncoding: field.value)
                _ = ByteRange(field.value, length: 100)
            }
            if let query = head.rawQuery { _ = Query(parsing: query) }
        case .body(let range): body += piece[range]
        case .end: log.append("end after \(body.count)")
        }
    }
}

/// Feeds the input whole, split in two where its first byte says, and byte by byte: all must give the same.
///
/// Then it takes the input for compressed data.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    let cut = Int(start[0]) * input.count / 256
    let whole = Run([input])
    precondition(Run([Array(input[..<cut]), Array(input[cut...])]) == whole, "the split at \(cut) is seen")
    precondition(Run(input.map { [$0] }) == whole, "the split into bytes is seen")

    let inflater = Inflater(start[0].isMultiple(of: 2) ? .gzip : .deflate, limit: 1 << 20, ratio: 100)
    inflater.feed(input)
    var decoded = 0
    do throws(InflateError) {
        while let piece = try inflater.next() { decoded += piece.count }
        try inflater.finish()
    } catch {
        // Most inputs are no compressed data.
    }
    precondition(decoded <= 1 << 20, "more was decoded than allowed")
    return 0
}

/// libFuzzer's loop (llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The package manager links `main` to the symbol of this name.
@_cdecl("fuzz_http_main")
func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { fuzz($0, $1) }
}
