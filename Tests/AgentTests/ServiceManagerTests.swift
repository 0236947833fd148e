import Testing

@testable import assayd

@Suite struct ServiceManagerTests {
    private static func manager(_ environment: [String: String]) -> ServiceManager {
        ServiceManager(environment: { environment[$0] }, processID: 42)
    }

    @Test(
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": "30000000"], .seconds(15)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], .seconds(15)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "41"], nil), (["WATCHDOG_USEC": "x"], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-5"], nil), (["WATCHDOG_USEC": "1"], .milliseconds(1)),
        ] as [([String: String], Duration?)])
    func theWatchdogIsForThisProcess(environment: [String: String], interval: Duration?) {
        #expect(ServiceManagerTests.manager(environment).watchdogInterval == interval)
    }
}
