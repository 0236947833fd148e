import Testing
import Values

@testable import Screening

/// Credentials that were refused are known when they come again.
@Suite struct FailedCredentialsTests {
    private let client = IPAddress("192.0.2.1")

    @Test func theVerySameAgain() {
        let memory = FailedCredentials(key: [1, 2, 3])
        #expect(!memory.note(["YQ=="], by: "PLAIN", from: client))
        #expect(memory.note(["YQ=="], by: "PLAIN", from: client))
        #expect(!memory.note(["Yg=="], by: "PLAIN", from: client))
        #expect(!memory.note(["YQ=="], by: "LOGIN", from: client))
        #expect(!memory.note(["YQ==", "Yg=="], by: "LOGIN", from: client))
        #expect(!memory.note(["YQ=="], by: "PLAIN", from: IPAddress("192.0.2.2")))
        // A challenge is answered otherwise each time: what is the same says nothing.
        for _ in 0..<2 { #expect(!memory.note(["YQ=="], by: "CRAM-MD5", from: client)) }
    }

    @Test func theOldestAreForgotten() {
        let memory = FailedCredentials(key: [1, 2, 3])
        for number in 0...10_000 { #expect(!memory.note(["\(number)"], by: "PLAIN", from: client)) }
        #expect(memory.note(["10000"], by: "PLAIN", from: client))
        #expect(!memory.note(["0"], by: "PLAIN", from: client))
    }
}
