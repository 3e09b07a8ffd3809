/// How a file is taken apart, by its first bytes: an HDF5 file, or a zip archive with one or with arrays of NumPy's.
enum FileScan {
    /// What is allowed.
    struct Limits: Sendable {
        /// The most bytes that come of one packed byte of an archive.
        var inflationRatio = 200
        /// The most numbers that a file may hold.
        var numbers = 1 << 30
    }

    /// Writes what a file holds as frames; what stands in the way too.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - limits: What is allowed.
    ///   - output: Takes the frames.
    static func run(_ bytes: UnsafeRawBufferPointer, limits: Limits = Limits(), to output: inout FrameWriter) {
        do throws(InterchangeError) {
            if ZipFile.begins(bytes) {
                try ZipScan(bytes, limits: limits).run(to: &output)
            } else {
                var scan = HDF5Scan(bytes, limits: limits)
                try scan.run(to: &output)
            }
        } catch {
            output.faults(error)
        }
        output.finish()
    }
}
