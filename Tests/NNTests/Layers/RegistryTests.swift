import NN
import Testing

struct RegistryTests {
    @Test func `a name that is registered twice traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = Registry<Int>(
                of: "number",
                [.init(names: ["One"]) { _ in 1 }, .init(names: ["Uno", "One"]) { _ in 1 }]
            )
        }
    }

    @Test func `names that are registered once don't trap`() async {
        await #expect(processExitsWith: .success) {
            _ = Registry<Int>(of: "number", [.init(names: ["One"]) { _ in 1 }, .init(names: ["Two"]) { _ in 2 }])
        }
    }
}
