import CDNNL

extension dnnl_memory_desc_t {
    /// A float32 tensor of these extents in oneDNN's logical order, in a named layout or in any that a primitive likes.
    init(_ extents: [Int], _ tag: dnnl_format_tag_t) {
        self.init()
        let extents = extents.map { dnnl_dim_t($0) }
        let status = dnnl_memory_desc_init_by_tag(&self, Int32(extents.count), extents, dnnl_f32, tag)
        precondition(status == dnnl_success, "oneDNN has no layout \(tag.rawValue) of rank \(extents.count)")
    }

    /// The bytes that a tensor in this layout takes, a multiple of 64.
    var bytes: Int {
        var copy = self
        return (dnnl_memory_desc_get_size(&copy) + 63) / 64 * 64
    }

    /// Whether two layouts are the same, so that nothing needs to be reordered.
    func isSame(as other: dnnl_memory_desc_t) -> Bool {
        var (one, two) = (self, other)
        return dnnl_memory_desc_equal(&one, &two) == 1
    }
}
