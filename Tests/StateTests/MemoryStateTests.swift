import State
import Testing
import Values

@Suite struct MemoryStateTests {
    private let start = Timestamp(rfc3339: "2024-05-01T10:00:00Z") ?? Timestamp(seconds: 0)
    private let key = StateKey("greylist", "contact", "192.0.2.0/24")

    @Test func firstInsertWinsUntilItExpires() {
        let state = MemoryState()
        let first = state.insertIfAbsent(key, "a", expires: start + .seconds(60), at: start)
        #expect(first.inserted && first.entry.value == "a")
        let second = state.insertIfAbsent(key, "b", expires: start + .seconds(90), at: start + .seconds(59))
        #expect(!second.inserted && second.entry.value == "a" && second.entry.created == start)
        // An entry ends at its expiry, not after it.
        let third = state.insertIfAbsent(key, "c", expires: start + .seconds(120), at: start + .seconds(60))
        #expect(third.inserted && third.entry.value == "c" && third.entry.created == start + .seconds(60))
    }

    @Test func putKeepsTheTimeOfCreation() {
        let state = MemoryState()
        state.put(key, "a", expires: start + .seconds(60), at: start)
        state.put(key, "b", expires: start + .seconds(600), at: start + .seconds(30))
        #expect(
            state.get(key, at: start + .seconds(599))
                == StateEntry(value: "b", created: start, expires: start + .seconds(600)))
        #expect(state.get(key, at: start + .seconds(600)) == nil)
    }

    @Test func aWindowOpensAtItsFirstIncrementAndCloses() {
        let state = MemoryState()
        let window = Duration.seconds(60)
        #expect(state.increment(key, by: 1, window: window, at: start) == 1)
        #expect(state.increment(key, by: 2, window: window, at: start + .seconds(59)) == 3)
        #expect(state.increment(key, by: 1, window: window, at: start + .seconds(60)) == 1)
    }

    @Test func removeRemoves() {
        let state = MemoryState()
        state.put(key, "a", expires: start + .seconds(60), at: start)
        state.remove(key, at: start)
        #expect(state.get(key, at: start) == nil)
    }

    /// Event time may go back, as in archives out of order: what was stored later is still not expired then.
    @Test func timeMayGoBack() {
        let state = MemoryState()
        state.put(key, "a", expires: start + .seconds(60), at: start)
        #expect(state.get(key, at: start - .seconds(3600))?.value == "a")
    }

    /// Expired entries leave when the table has doubled: live ones never do.
    @Test func sweepsOnlyWhatHasExpired() {
        let state = MemoryState()
        state.put(key, "kept", expires: start + .seconds(1_000_000), at: start)
        for number in 0..<10_000 {
            let now = start + .seconds(number)
            state.put(StateKey("x", String(number)), "v", expires: now + .seconds(10), at: now)
        }
        #expect(state.get(key, at: start + .seconds(10_000))?.value == "kept")
        #expect(state.get(StateKey("x", "9999"), at: start + .seconds(10_000))?.value == "v")
        #expect(state.get(StateKey("x", "1"), at: start + .seconds(10_000)) == nil)
    }

    /// No address, however it is written, reaches another key.
    @Test(arguments: [
        (["a|b", "c"], ["a", "b|c"]), (["a%7Cb"], ["a|b"]), (["a", ""], ["a"]), (["a\nb"], ["a%0Ab"]),
    ])
    func keysDoNotCollide(one: [String], other: [String]) {
        #expect(StateKey("s", parts: one).text != StateKey("s", parts: other).text)
    }

    @Test func absentStateNeverAnswers() {
        let state = AbsentState()
        #expect(throws: StateError.self) { try state.get(key, at: start) }
        #expect(throws: StateError.self) { try state.insertIfAbsent(key, "a", expires: start, at: start) }
        #expect(throws: StateError.self) { try state.increment(key, by: 1, window: .seconds(1), at: start) }
    }
}
