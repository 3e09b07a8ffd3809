import CDNNL
import Foundation
import HTTP
import ModelStore

/// What the others are told of this process.
extension ServeSettings {
    /// The process as a node that does not listen yet.
    var ownNode: Node {
        Node(
            id: node.id,
            name: node.text,
            process: ProcessName.own,
            address: "",
            version: ProgramVersion.current,
            pid: Int(ProcessInfo.processInfo.processIdentifier),
            workers: workers,
            threads: threads,
            kernels: Self.kernels
        )
    }

    /// Where others reach the process that listens at an address: the host's name where that stands for all of its own.
    func address(of address: ListenAddress) -> String {
        switch address {
        case .ip("0.0.0.0", let port), .ip("::", let port): "\(NodeName.host):\(port)"
        default: "\(address)"
        }
    }

    /// The widest vector instructions that oneDNN uses, by which ours are chosen too.
    private static let kernels =
        dnnl_get_effective_cpu_isa().rawValue & dnnl_cpu_isa_avx512_core.rawValue == dnnl_cpu_isa_avx512_core.rawValue
        ? "avx512" : "avx2"
}
