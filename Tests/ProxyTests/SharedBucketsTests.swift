import Screening
import State
import Synchronization
import Testing
import Values

@testable import Proxy

/// Rates that connections of several processes share.
@Suite struct SharedBucketsTests {
    private static let rate = SharedRate(name: "service", bytesPerSecond: 1000)
    private static let time = Timestamp(seconds: 1_714_557_600)

    private static func counted(_ state: MemoryState) -> Int {
        StateCount.value(state.get(StateKey("throttle", "rate", "service"), at: time)?.value ?? "")
    }

    /// Waits until what was told has arrived.
    private static func settle(_ state: MemoryState, _ count: Int) async throws {
        for _ in 0..<2000 where counted(state) != count { try await Task.sleep(for: .milliseconds(5)) }
        #expect(counted(state) == count)
        // The answer comes back a moment after the count is there.
        try await Task.sleep(for: .milliseconds(50))
    }

    @Test func agentsHoldToItTogether() async throws {
        let state = MemoryState()
        let (one, other) = (SharedBuckets(), SharedBuckets())
        let start = ContinuousClock.now
        // Both have a second's worth at first, and know nothing of one another.
        #expect(one.spend(500, of: [Self.rate], at: start, in: state, time: Self.time) == .zero)
        try await Self.settle(state, 500)
        #expect(other.spend(500, of: [Self.rate], at: start, in: state, time: Self.time) == .zero)
        try await Self.settle(state, 1000)
        // The first learns of the other with what it tells next.
        let later = start + .milliseconds(200)
        #expect(one.spend(700, of: [Self.rate], at: later, in: state, time: Self.time) == .zero)
        try await Self.settle(state, 1700)
        // It had 1000, and 200 came; 1200 and the 500 of the other are gone: it has to wait for half a second and more.
        #expect(one.spend(100, of: [Self.rate], at: later, in: state, time: Self.time) == .milliseconds(600))
    }

    @Test func withoutStateEachHoldsToItAlone() async throws {
        let one = SharedBuckets()
        let start = ContinuousClock.now
        for state in [nil, AbsentState()] as [(any StateStore)?] {
            _ = one.spend(0, of: [Self.rate], at: start, in: state, time: Self.time)
        }
        #expect(one.spend(1500, of: [Self.rate], at: start, in: nil, time: Self.time) == .milliseconds(500))
        #expect(one.spend(1500, of: [], at: start, in: nil, time: Self.time) == .zero)
    }
}
