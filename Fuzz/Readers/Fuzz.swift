import Foundation

/// The reader that is fuzzed, named by the environment, since the arguments are libFuzzer's, which starts itself with them.
private let reader: FileReader? = FileReader(rawValue: ProcessInfo.processInfo.environment["FUZZ_READER"] ?? "")

/// Gives the reader one file, whose first byte is a choice and no part of it.
private func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    reader?.read(Array(UnsafeBufferPointer(start: start + 1, count: count - 1)), choice: Int(start[0]))
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
@_cdecl("fuzz_readers_main")
func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    guard reader != nil else {
        let known = FileReader.allCases.map(\.rawValue).joined(separator: ", ")
        print("the environment's FUZZ_READER names no reader; there are \(known)")
        return 64
    }
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { fuzz($0, $1) }
}
