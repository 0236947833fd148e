import Mail
import Policy
import SMTP
import Testing
import Values

@testable import Screening

@Suite struct TransactionRecordTests {
    /// A record with everything in it, byte for byte: keys sorted, none left out.
    @Test func aFullRecord() async throws {
        var dialogue = Dialogue(try probing("mail: [PROBE_LIGHT], message: [PROBE_HEAVY]"))
        await dialogue.run(
            [
                "HELO a.example", "MAIL FROM:<Ann@Partner.example>", "RCPT TO:<eva@company.example>",
                "RCPT TO:<postmaster>", "DATA",
            ]
                + [
                    "From: Ann <ann@partner.example>, bob@partner.example", "Subject: =?utf-8?q?M=C3=BCll?= \"x\"", "",
                    "hi", ".", "QUIT",
                ])
        var conversation = dialogue.conversation
        var record = try #require(conversation.takeRecords().first)
        record.offset = 42
        record.label = "spam"
        record.session.reverseName = .reconstructed(
            "mail.partner.example", from: HeaderSource(field: "Received", range: 0..<9))
        let expected = """
            {"client":{"helo":"a.example","ip":"203.0.113.9","ptr":"mail.partner.example"},"defects":[],"effects":[],\
            "findings":[{"checkpoint":"mail","evidence":{},"score":1,"stage":"probe","symbol":"PROBE_LIGHT"},\
            {"checkpoint":"message","evidence":{},"score":5,"stage":"probe","symbol":"PROBE_HEAVY"}],\
            "header_from":"ann@partner.example, bob@partner.example",\
            "id":"sha256:\(Self.digest)","label":"spam",\
            "mail_from":"Ann@Partner.example","not_evaluated":[],"offset":42,\
            "provenance":{"authenticated":"absent","client":"observed","helo":"observed","mail_from":"observed",\
            "ptr":"reconstructed:Received[0]","rcpt_to":"observed","time":"observed","tls":"absent"},\
            "rcpt_to":["eva@company.example","postmaster"],"size":96,"source":"s","subject":"Müll \\"x\\"",\
            "time":"2024-05-01T12:00:02Z",\
            "verdict":{"checkpoint":"message","disposition":"tag","reply":null,"score":6}}
            """
        #expect(record.json.text == expected)
        #expect(written(record) == expected)
    }

    private func written(_ record: TransactionRecord) -> String {
        var output: [UInt8] = []
        record.write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// What is written without a tree in between is what the tree would write: any evidence, effect and omission.
    @Test func writtenAsTheTreeIs() {
        let evidence: [Evidence] = [
            [:], ["b": .text("1"), "a": .text("2"), "b": .text("3"), "ab": .flag(false)],
            [
                "text": .text("a\"b\\\u{1}\u{7F}\r\n\tü"), "number": .number(-3), "Flag": .flag(true),
                "duration": .duration(.milliseconds(1500)), "address": .address(.v4(0xC000_0201)),
                "list": .list(["a", "\""]), "span": .span(3..<9), "answers": .answers([]), "": .list([]),
            ],
        ]
        let findings = evidence.map {
            WeighedFinding(
                stage: "s", phase: .mail, finding: Finding("S", $0), weight: Placed(-1250, at: .builtIn),
                action: Placed(.reject, at: .builtIn))
        }
        let skipped = NotEvaluated(stage: "spf", omission: .init("unrecorded DNS", detail: "a. TXT"))
        let verdict = Verdict(
            phase: .message, disposition: .reject, score: 12_345,
            reply: SMTPReply(code: 550, text: "no \"mail\""), grounds: [])
        var record = TransactionRecord(
            source: "a\n#1", session: Session(id: "s"),
            judgement: .init(
                findings: findings, effects: [.addHeader(name: "X", value: "y"), .limitRate(bytesPerSecond: 1)],
                notEvaluated: [skipped, skipped], evaluations: [], verdicts: [verdict]))
        record.defects = ["one", "two"]
        #expect(written(record) == record.json.text)
    }

    /// sha256sum's word on the message of `aFullRecord`.
    private static let digest = "dbcd60fd9ee521abb334c960adf58a0b725b56855157d7a5c1b03ad1d031a31e"

    /// What is not known is null or says that it is absent; no key goes missing.
    @Test func anEmptyRecord() {
        let record = TransactionRecord(source: "a.mbox#1", session: Session(id: "s"), judgement: .init())
        let expected = """
            {"client":{"helo":null,"ip":null,"ptr":null},"defects":[],"effects":[],"findings":[],"header_from":null,\
            "id":null,"label":null,"mail_from":null,"not_evaluated":[],"offset":null,\
            "provenance":{"authenticated":"absent","client":"absent","helo":"absent","mail_from":"absent","ptr":"absent",\
            "rcpt_to":"absent","time":"absent","tls":"absent"},\
            "rcpt_to":[],"size":null,"source":"a.mbox#1","subject":null,"time":null,"verdict":null}
            """
        #expect(record.json.text == expected)
        #expect(written(record) == expected)
    }

    /// Effects, omissions and every kind of evidence in their JSON forms.
    @Test func valuesAsJSON() throws {
        let evidence: Evidence = [
            "text": .text("a\"b\u{1}"), "number": .number(-3), "flag": .flag(true),
            "duration": .duration(.milliseconds(1500)),
            "address": .address(.v4(0xC000_0201)), "list": .list(["a", "b"]), "span": .span(3..<9),
            "answers": .answers([]),
        ]
        #expect(
            evidence.json.text == """
                {"address":"192.0.2.1","answers":[],"duration":1.5,"flag":true,"list":["a","b"],"number":-3,"span":[3,9],\
                "text":"a\\"b\\u0001"}
                """)
        let effects: [Effect] = [
            .delayReply(.milliseconds(22_500)), .limitRate(bytesPerSecond: 100), .addHeader(name: "X", value: "y"),
            .exempt(stages: ["spf"], reason: "trusted"),
        ]
        #expect(
            effects.map(\.json.text) == [
                #"{"effect":"delay-reply","seconds":22.5}"#, #"{"bytes_per_second":100,"effect":"limit-rate"}"#,
                #"{"effect":"add-header","name":"X","value":"y"}"#,
                #"{"effect":"exempt","reason":"trusted","stages":["spf"]}"#,
            ])
        let omission = NotEvaluated(stage: "spf", omission: .init("unrecorded DNS", detail: "a. TXT"))
        #expect(omission.json.text == #"{"reason":"unrecorded DNS: a. TXT","stage":"spf"}"#)
    }
}
