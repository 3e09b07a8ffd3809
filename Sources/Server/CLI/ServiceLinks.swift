import Foundation

/// What Kubernetes puts into the environment of every pod that comes after a Service: for one called `trainyard`,
/// `TRAINYARD_PORT=tcp://10.96.0.7:8080`, which looks like a setting and is none.
///
/// Source: kubernetes.io, "Services", section "Environment variables".
enum ServiceLinks {
    /// The environment of this process without them.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !isLink($0.key, $0.value) }
    }

    /// Their names, in order.
    static var names: [String] {
        ProcessInfo.processInfo.environment.filter { isLink($0.key, $0.value) }.keys.sorted()
    }

    private static func isLink(_ name: String, _ value: String) -> Bool {
        name.hasPrefix("TRAINYARD_") && ["tcp://", "udp://", "sctp://"].contains(where: value.hasPrefix)
    }
}
