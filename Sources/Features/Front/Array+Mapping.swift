extension Array {
    /// The elements of another array, each changed; where that is arithmetic it is compiled to vector instructions.
    @inline(__always)
    init<Source>(mapping source: [Source], _ change: (Source) -> Element) {
        self.init(unsafeUninitializedCapacity: source.count) { target, count in
            count = source.count
            source.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for index in 0..<source.count { (to + index).initialize(to: change(from[index])) }
            }
        }
    }
}
