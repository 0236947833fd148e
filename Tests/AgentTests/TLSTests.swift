import Testing

/// TLS of the program itself, with clients of Python's and OpenSSL's, servers of its own and a real Postfix.
@Suite(.serialized) struct TLSTests {
    @Test(
        .enabled(
            if: AgentScript.hasPython && AgentScript.hasOpenSSL, "there is no /usr/bin/python3, or no /usr/bin/openssl"),
        arguments: ["starttls", "inject", "listeners", "certificates", "require", "retry", "nexthop"])
    func holds(part: String) async throws { try await AgentScript.run("tls", [part]) }

    @Test(
        .enabled(
            if: AgentScript.hasPython && AgentScript.hasOpenSSL && AgentScript.hasPostfix,
            "Postfix is not installed, or this is not root, as its master has to be"))
    func worksInFrontOfPostfix() async throws { try await AgentScript.run("tls", ["postfix"]) }
}
