import Platform
import Synchronization
import Testing

struct MemoryBudgetTests {
    private let budget = MemoryBudget(limit: 1 << 30)

    @Test func `what is reserved is there for nobody else until it is given back`() throws {
        let most = budget.capacity
        var held = budget.reserve(most, for: .jobs)
        #expect(held != nil && budget.used(.jobs) == most)
        #expect(budget.reserve(1, for: .requests) == nil)
        held = nil
        #expect(budget.used(.jobs) == 0)
        let one = try #require(budget.reserve(most / 2, for: .requests))
        #expect(!one.resize(to: most + 1) && one.bytes == most / 2)
        #expect(one.resize(to: most) && one.resize(to: 1))
        #expect(budget.used(.requests) == 1)
        withExtendedLifetime(held) {}
    }

    @Test func `what can be made anew gives way, and not for what can't be had anyway`() {
        let kept = Mutex<[MemoryReservation]>([])
        kept.withLock { $0 = (0..<2).compactMap { _ in budget.reserve(budget.capacity / 2, for: .models) } }
        budget.reclaims { kept.withLock { $0.popLast() } != nil }
        #expect(budget.reserve(budget.capacity + 1, for: .jobs) == nil)
        #expect(kept.withLock { $0.count } == 2)
        let job = budget.reserve(budget.capacity / 2, for: .jobs)
        #expect(job != nil && kept.withLock { $0.count } == 1)
    }

    @Test func `who waits hears of the next bytes that are given back, also of those that came before it waited`() {
        let heard = Atomic(0)
        let before = budget.releases
        var held = budget.reserve(2, for: .jobs)
        var wait: MemoryWait? = budget.afterRelease(before) { heard.add(1, ordering: .relaxed) }
        #expect(heard.load(ordering: .relaxed) == 0)
        _ = held?.resize(to: 1)
        #expect(heard.load(ordering: .relaxed) == 1)
        wait = budget.afterRelease(before) { heard.add(1, ordering: .relaxed) }
        #expect(heard.load(ordering: .relaxed) == 2)
        wait = budget.afterRelease(budget.releases) { heard.add(1, ordering: .relaxed) }
        wait = nil
        held = nil
        #expect(heard.load(ordering: .relaxed) == 2)
        withExtendedLifetime((held, wait)) {}
    }

    @Test func `a shortage tells both figures, and whether waiting helps`() {
        let never = MemoryShortage("the job", needs: budget.capacity + 1, of: budget)
        let later = MemoryShortage("the job", needs: budget.capacity, of: budget)
        #expect(never.isForGood && !later.isForGood)
        #expect("\(never)".contains("\(budget.capacity + 1)") && "\(never)".contains("\(budget.capacity)"))
    }
}
