/// Sixteen numbers that are computed at once: one register of AVX-512, two of AVX2.
typealias Lanes = SIMD16<Float>

extension SIMD16<Float> {
    /// The sixteen numbers from a place that needs no alignment.
    @inline(__always)
    init(at place: UnsafePointer<Float>) {
        self = UnsafeRawPointer(place).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// Writes the numbers to a place that needs no alignment.
    @inline(__always)
    func store(at place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: self, as: SIMD16<Float>.self)
    }

    /// `self + factor · other`, rounded once.
    @inline(__always)
    func adding(_ factor: Float, times other: SIMD16<Float>) -> SIMD16<Float> {
        addingProduct(SIMD16<Float>(repeating: factor), other)
    }
}
