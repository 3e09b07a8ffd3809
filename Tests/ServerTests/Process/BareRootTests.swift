import Foundation
import Testing

/// A server in a root that lacks what others have.
struct BareRootTests {
    /// A command that runs another without /proc.
    private static let withoutProc = [
        "/usr/bin/env", "unshare", "--mount", "--propagation", "private", "sh", "-c",
        #"umount -l /proc && exec "$@""#, "sh",
    ]

    /// Whether this user may take /proc away.
    static let isAvailable: Bool = {
        guard getuid() == 0,
            let probe = try? ChildProcess(withoutProc[0], Array(withoutProc.dropFirst()) + ["true"])
        else { return false }
        return probe.wait().status == 0
    }()

    @Test(.enabled(if: isAvailable, "needs the right to unmount /proc for a process"))
    func `a server works where /proc is missing`() throws {
        // The language's threads ask /proc once a second, where there is work for them.
        for _ in 0..<3 {
            let server = try TestServer(["--threads", "2"], program: Self.withoutProc + [TestServer.program])
            try server.define(
                #"{"name": "m", "input_shape": [8, 8, 1], "layers": [{"type": "Flatten"}, "#
                    + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#
            )
            _ = try server.trained(Samples.digits("m", epochs: 100))
            #expect(try server.get("/health/ready").status == 200)
            server.stop()
        }
    }
}
