import Foundation
import Testing

/// How the program carries verdicts out and how it runs, on the loopback interface.
@Suite(.serialized) struct OperationTests {
    @Test(
        .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"),
        arguments: [
            "quarantine", "store", "full", "marks", "dispositions", "metrics", "limits", "manager", "activation",
            "privileges", "checks", "transparent", "unit",
        ])
    func holds(part: String) async throws { try await EndToEndTests.run("operation.py", [part]) }
}
