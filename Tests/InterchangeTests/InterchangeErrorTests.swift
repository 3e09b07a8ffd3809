import Interchange
import Testing

@Suite struct InterchangeErrorTests {
    @Test func tellsEveryFaultInOrder() {
        let error = InterchangeError([.init(at: "/graph/node/1", "first"), .init(at: "/graph/node/2", "second")])
        #expect(error.faults.map(\.pointer) == ["/graph/node/1", "/graph/node/2"])
    }
}
