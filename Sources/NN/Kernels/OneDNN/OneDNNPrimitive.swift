import CDNNL

/// One compiled oneDNN primitive: made once for given shapes, executed by any thread.
///
/// Sendable because a primitive isn't written after it was made and may be executed by several threads at once as long
/// as each brings its own memory and scratchpad (oneDNN developer guide, "Primitive attributes: scratchpad").
final class OneDNNPrimitive: @unchecked Sendable {
    private let handle: dnnl_primitive_t
    private let description: dnnl_primitive_desc_t

    /// Compiles an operation description (a `dnnl_*_desc_t`) for this machine's processor.
    ///
    /// - Parameters:
    ///   - what: The operation in words, for the error.
    ///   - operation: Where the operation description lies.
    ///   - forward: The primitive of the forward direction, which a gradient is made for.
    ///   - epilogue: What is done to each result before it is written.
    /// - Throws: `KernelError` where oneDNN has no code for these shapes.
    convenience init(
        _ what: String,
        operation: UnsafeRawPointer,
        forward: OneDNNPrimitive? = nil,
        epilogue: Epilogue = Epilogue()
    ) throws(KernelError) {
        var attributes: dnnl_primitive_attr_t?
        try OneDNN.check(dnnl_primitive_attr_create(&attributes), what)
        defer { dnnl_primitive_attr_destroy(attributes) }
        try OneDNN.check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), what)
        var operations: dnnl_post_ops_t?
        if epilogue.rectifies {
            try OneDNN.check(dnnl_post_ops_create(&operations), what)
            try OneDNN.check(dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), what)
            try OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, operations), what)
        }
        defer { if let operations { dnnl_post_ops_destroy(operations) } }
        var description: dnnl_primitive_desc_t?
        try OneDNN.check(
            dnnl_primitive_desc_create(&description, operation, attributes, OneDNN.engine, forward?.description),
            what
        )
        try self.init(what, owning: description)
    }

    /// Compiles a copy between two memory layouts.
    convenience init(reordering from: dnnl_memory_desc_t, to: dnnl_memory_desc_t) throws(KernelError) {
        let what = "reorder"
        var (from, to) = (from, to)
        var attributes: dnnl_primitive_attr_t?
        try OneDNN.check(dnnl_primitive_attr_create(&attributes), what)
        defer { dnnl_primitive_attr_destroy(attributes) }
        try OneDNN.check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), what)
        var description: dnnl_primitive_desc_t?
        try OneDNN.check(
            dnnl_reorder_primitive_desc_create(&description, &from, OneDNN.engine, &to, OneDNN.engine, attributes),
            what
        )
        try self.init(what, owning: description)
    }

    private init(_ what: String, owning description: dnnl_primitive_desc_t?) throws(KernelError) {
        guard let description else { throw KernelError("oneDNN: \(what): no description") }
        var handle: dnnl_primitive_t?
        let status = dnnl_primitive_create(&handle, description)
        guard status == dnnl_success, let handle else {
            dnnl_primitive_desc_destroy(description)
            try OneDNN.check(status, what)
            throw KernelError("oneDNN: \(what): no primitive")
        }
        self.description = description
        self.handle = handle
    }

    deinit {
        dnnl_primitive_destroy(handle)
        dnnl_primitive_desc_destroy(description)
    }

    /// The layout that the primitive chose or was given for one of its tensors.
    func layout(of query: dnnl_query_t) -> dnnl_memory_desc_t {
        guard let layout = dnnl_primitive_desc_query_md(description, query, 0) else {
            preconditionFailure("the primitive has no tensor for query \(query.rawValue)")
        }
        return layout.pointee
    }

    /// The bytes of scratch memory that an execution needs.
    var scratchpadBytes: Int {
        var layout = layout(of: dnnl_query_scratchpad_md)
        return dnnl_memory_desc_get_size(&layout)
    }

    /// Binds the primitive to memory, with the scratchpad at `scratch`.
    func bind(
        _ tensors: [(argument: Int32, layout: dnnl_memory_desc_t, memory: UnsafeMutableRawPointer)],
        scratch: UnsafeMutableRawPointer
    ) -> BoundPrimitive {
        var arguments = tensors
        arguments.append((DNNL_ARG_SCRATCHPAD, layout(of: dnnl_query_scratchpad_md), scratch))
        return BoundPrimitive(self, handle: handle, arguments)
    }
}

/// A oneDNN primitive with the memory that it works on.
final class BoundPrimitive {
    private let primitive: OneDNNPrimitive
    private let handle: dnnl_primitive_t
    private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>

    fileprivate init(
        _ primitive: OneDNNPrimitive,
        handle: dnnl_primitive_t,
        _ tensors: [(argument: Int32, layout: dnnl_memory_desc_t, memory: UnsafeMutableRawPointer)]
    ) {
        self.primitive = primitive
        self.handle = handle
        arguments = .allocate(capacity: tensors.count)
        for (index, tensor) in tensors.enumerated() {
            var layout = tensor.layout
            var memory: dnnl_memory_t?
            let status = dnnl_memory_create(&memory, &layout, OneDNN.engine, tensor.memory)
            precondition(status == dnnl_success, "oneDNN refused memory in a layout of its own")
            arguments.initializeElement(at: index, to: dnnl_exec_arg_t(arg: tensor.argument, memory: memory))
        }
    }

    deinit {
        for argument in arguments { dnnl_memory_destroy(argument.memory) }
        arguments.deallocate()
    }

    /// Exchanges the memory of one tensor, by its place in the list that was bound.
    func setMemory(_ index: Int, _ memory: UnsafeMutablePointer<Float>) {
        let status = dnnl_memory_set_data_handle(arguments[index].memory, memory)
        precondition(status == dnnl_success, "oneDNN refused other memory in the same layout")
    }

    /// Runs the primitive in the calling thread.
    func execute() {
        let status = dnnl_primitive_execute(handle, OneDNN.stream, Int32(arguments.count), arguments.baseAddress)
        // The arguments were checked when the primitive was compiled: a refusal here is a mistake of this program.
        precondition(status == dnnl_success, "oneDNN could not execute a compiled primitive: \(status.rawValue)")
    }
}
