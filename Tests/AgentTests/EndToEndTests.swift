import Testing

/// The program itself between clients and mail servers on the loopback interface.
@Suite(.serialized) struct EndToEndTests {
    @Test(
        .enabled(if: AgentScript.hasPython, "there is no /usr/bin/python3"),
        arguments: ["deliver", "identify", "refuse", "enforce", "faults", "limits", "smuggle", "authenticate", "sign"])
    func holds(part: String) async throws { try await AgentScript.run("agent", ["--messages", "40", part]) }

    @Test(
        .enabled(
            if: AgentScript.hasPython && AgentScript.hasPostfix,
            "Postfix is not installed, or this is not root, as its master has to be"))
    func worksInFrontOfPostfix() async throws { try await AgentScript.run("agent", ["--messages", "40", "postfix"]) }
}
