import Testing

@testable import assayd

@Suite struct ListenVariablesTests {
    @Test(arguments: [
        (["LISTEN_PID": "42", "LISTEN_FDS": "2"], 3..<5), (["LISTEN_PID": "43", "LISTEN_FDS": "2"], 3..<3),
        (["LISTEN_FDS": "2"], 3..<3), (["LISTEN_PID": "42"], 3..<3), (["LISTEN_PID": "42", "LISTEN_FDS": "0"], 3..<3),
        (["LISTEN_PID": "42", "LISTEN_FDS": "-1"], 3..<3), (["LISTEN_PID": "42", "LISTEN_FDS": "2147483647"], 3..<3),
        (["LISTEN_PID": "42", "LISTEN_FDS": "one"], 3..<3), ([:], 3..<3),
    ])
    func onlyWhatIsMeantForThisProcessCounts(environment: [String: String], descriptors: Range<Int32>) {
        #expect(ListenVariables.descriptors(environment: { environment[$0] }, processID: 42) == descriptors)
    }
}
