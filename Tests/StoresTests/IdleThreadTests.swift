import Dispatch
import Testing

@testable import Stores

@Suite struct IdleThreadTests {
    @Test func aJobIsHurriedWhenItTakesTooLong() throws {
        let thread = IdleThread(name: "test")
        defer { thread.end() }
        let isHurried = DispatchSemaphore(value: 0)
        let answer = try thread.run(patience: .milliseconds(10)) {
            isHurried.wait()
            return "given up"
        } hurry: {
            isHurried.signal()
        }
        #expect(answer == "given up")
    }

    @Test func anEndedThreadLeavesTheJobToWhoAsks() throws {
        let thread = IdleThread(name: "test")
        thread.end()
        let answer = try thread.run(patience: .seconds(60)) {
            1
        } hurry: {
        }
        #expect(answer == 1)
    }
}
