import Mail
import Screening
import Testing
import Values

@testable import Cases

@Suite("Effects read back from a case")
struct StoredEffectTests {
    @Test(
        "An effect is read back as it was written",
        arguments: [
            Effect.delayReply(.milliseconds(1500)), .limitRate(bytesPerSecond: 2000),
            .shareRate(name: "service", bytesPerSecond: 3000),
            .addHeader(name: "Received-SPF", value: "pass client-ip=192.0.2.1"),
            .removeHeader(name: "Authentication-Results", span: 10..<94),
            .signDKIM(domain: "company.example", selector: "s1"),
            .sealARC(
                domain: "company.example", selector: "s1", results: "mx.company.example; spf=pass", chain: "none"),
            .rewriteReversePath("prvs=1234abcdef=eva@company.example"),
            .editContent(.disclaimer(Disclaimer(text: "a\nb", html: "<p>a</p>", place: .top))),
            .editContent(.enclose(Disclaimer(text: "a"))),
            .editContent(.takeOut(path: "1.2", span: 5..<9, note: "gone")),
            .editContent(.takeOut(path: "1.2", span: 5..<9, note: "", isKept: true)),
            .editContent(.rewrite(path: "2", span: 5..<9, content: Bytes("clean"))), .copy(to: "a@company.example"),
            .redirect(to: "a@company.example"), .writeHeader(name: "Subject", text: "Grüße", replacing: 3..<8),
            .writeHeader(name: "X-New", text: "", replacing: nil),
            .later(.webhook(WebhookCall(name: "desk", url: "https://desk.example/", body: "{}"))),
            .later(
                .note(
                    NoteMail(
                        recipient: "a@company.example", sender: nil, subject: "s", text: "a\nb", attachment: .header))),
            .later(
                .run(
                    ProgramCall(
                        name: "scan", path: "/usr/bin/scan", arguments: ["-x", ""],
                        environment: [ProgramCall.Variable("ASSAY_HELO", "h"), ProgramCall.Variable("ASSAY_USER", "")],
                        limit: .milliseconds(1500), readsMessage: true))),
            .withholdTLS(reason: "a handshake failed"),
            .rewriteRecipient(recipient: "prvs=1234abcdef=eva@company.example", replacement: "eva@company.example"),
            .exempt(stages: ["spf", "dkim"], reason: "trusted host"),
            .countAs(.trusted, because: StageReport.Omission("trusted host")),
        ])
    func roundTrip(_ effect: Effect) {
        #expect(Effect(told: effect.json.text) == effect)
    }

    @Test(
        "What tells no effect is none",
        arguments: [
            "", "{}", #"{"effect":"dance"}"#, #"{"effect":"remove-header","name":"X","span":[9,3]}"#,
            #"{"effect":"remove-header","name":"X","span":[9]}"#,
            #"{"effect":"take-out","note":"","span":[9,12]}"#,
            #"{"effect":"rewrite-part","part":"1","span":[9,12],"content":"*"}"#,
            #"{"effect":"sign-dkim","domain":"a.example"}"#,
        ])
    func garbage(_ text: String) {
        #expect(Effect(told: text) == nil)
    }
}
