/// Memory for float32 numbers, 64-byte aligned, freed with its owner.
final class FloatBuffer {
    /// The first element.
    let pointer: UnsafeMutablePointer<Float>

    /// The number of elements.
    let count: Int

    /// Memory of zeros.
    init(count: Int) {
        let bytes = max(count, ParameterLayout.alignment) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        pointer = memory.initializeMemory(as: Float.self, repeating: 0, count: bytes / MemoryLayout<Float>.stride)
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// Takes the values of tensors that lie as `layout` says, starting at `start`.
    func load(_ tensors: [Tensor], layout: ParameterLayout, at start: Int = 0) {
        precondition(tensors.map(\.shape) == layout.entries.map(\.shape), "the tensors do not fit their layout")
        for (entry, tensor) in zip(layout.entries, tensors) {
            (pointer + start + entry.offset).update(from: tensor.values, count: tensor.volume)
        }
    }

    /// The values of one part of the buffer that lies as `layout` says, starting at `start`.
    func tensors(layout: ParameterLayout, from start: Int = 0) -> [Tensor] {
        layout.entries.map { entry in
            let values = UnsafeBufferPointer(start: pointer + start + entry.offset, count: entry.shape.volume)
            return Tensor(entry.shape, Array(values))
        }
    }
}
