import Foundation
import Testing

/// `assay sign arc` and `assay check arc`.
struct ARCCommandTests {
    private static let message =
        "Authentication-Results: mx.list.example; spf=pass smtp.mailfrom=a@b.example; dmarc=pass header.from=b.example\n"
        + "From: a@b.example\nSubject: x\nDate: Mon, 1 Jul 2024 10:00:00 +0000\n\nHello.\n"

    private static let seal =
        "$ASSAY sign arc - --domain list.example --selector s --key k.pem --authserv-id mx.list.example"

    private func workplace() throws -> Workplace {
        let work = try Workplace()
        let key = try work.bash("$ASSAY keygen --domain list.example --selector s --type ed25519 --output k.pem")
        try #require(key.code == 0, "\(key.errors)")
        try work.write("zone", key.output)
        try work.write("message", ARCCommandTests.message)
        return work
    }

    @Test func chain() throws {
        let work = try workplace()
        let outcome = try work.bash(
            """
            \(ARCCommandTests.seal) --now 2024-07-01T10:00:00Z < message > once
            \(ARCCommandTests.seal) --results 'arc=pass; spf=none' --now 2024-07-01T10:05:00Z < once > twice
            $ASSAY check arc message --dns zone:zone --format ndjson
            $ASSAY check arc once --dns zone:zone --format ndjson
            $ASSAY check arc twice --dns zone:zone
            sed s/Hello/Bye/ twice | $ASSAY check arc - --dns zone:zone
            """)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            outcome.output == """
                {"authentic":false,"instance":0,"oldest_pass":null,"reason":null,"result":"none","sets":[],"source":"message"}
                {"authentic":false,"instance":1,"oldest_pass":0,"reason":null,"result":"pass","sets":[\
                {"algorithm":"ed25519-sha256","cv":"none","domain":"list.example","instance":1,"key_bits":256,\
                "message_signature":"pass","results":"mx.list.example; spf=pass smtp.mailfrom=a@b.example; \
                dmarc=pass header.from=b.example","seal":"pass","sealed_at":"2024-07-01T10:00:00Z","selector":"s"}],"source":"once"}
                pass
                  1  list.example  message pass, chain pass, sealed 2024-07-01T10:00:00Z
                     said             mx.list.example; spf=pass smtp.mailfrom=a@b.example; dmarc=pass header.from=b.example
                  2  list.example  message pass, chain pass, sealed 2024-07-01T10:05:00Z
                     said             mx.list.example; arc=pass; spf=none
                  unchanged since the first of them
                  s._domainkey.list.example. TXT → \(try record(work))
                fail  message-signature 2: body-hash-mismatch
                  1  list.example  message not-evaluated, chain not-evaluated, sealed 2024-07-01T10:00:00Z
                     said             mx.list.example; spf=pass smtp.mailfrom=a@b.example; dmarc=pass header.from=b.example
                  2  list.example  message fail, chain not-evaluated, sealed 2024-07-01T10:05:00Z
                     message because  body-hash-mismatch
                     said             mx.list.example; arc=pass; spf=none

                """)
    }

    /// The strings of the record, as answers are shown.
    private func record(_ work: Workplace) throws -> String {
        try work.read("zone").matches(of: /"[^"]*"/).map { String($0.output) }.joined(separator: " ")
    }

    /// What keeps a message from being sealed, or a chain from being known.
    @Test(arguments: [
        // The state of the chain is validated where nobody gives it.
        (
            "\(seal) < message | \(seal) --results spf=pass --dns zone:zone | grep -c 'cv=pass; d=list.example; i=2'",
            0, "1\n", ""
        ),
        (
            "\(seal) < message | \(seal) --results spf=pass --dns none", 69, "",
            "hangs on s._domainkey.list.example. TXT"
        ),
        (
            "\(seal) < message | sed s/Hello/Bye/ | \(seal) --results spf=pass --dns zone:zone | grep -c cv=fail", 0,
            "1\n", "(message-signature 1: body-hash-mismatch) and is sealed as cv=fail"
        ),
        (
            "\(seal) < message | sed s/Hello/Bye/ | \(seal) --results spf=pass --dns zone:zone | grep -c cv=fail", 0,
            "1\n", "--chain pass"
        ),
        // Whoever says so knows.
        ("\(seal) < message | \(seal) --results spf=pass --chain fail | grep -c cv=fail", 0, "1\n", ""),
        ("\(seal) < message | \(seal) --results 'spf=pass; arc=fail' | grep -c cv=fail", 0, "1\n", ""),
        ("\(seal) --authserv-id '' < message", 64, "", "--authserv-id: '' is neither"),
        ("\(seal) --authserv-id 'mx l2;x' < message", 64, "", "--authserv-id: 'mx l2;x' is neither"),
        ("\(seal) --authserv-id 'mx 1' < message", 64, "", "--authserv-id"),
        ("\(seal) --authserv-id '\"mx\"; spf=pass reason=\"x\"' < message", 64, "", "--authserv-id"),
        ("\(seal) --authserv-id '\"\"' --results spf=pass < message", 64, "", "--authserv-id"),
        (
            "\(seal) --authserv-id '\"mx l2\"' --results spf=pass < message | grep '\"mx l2\"; *$'", 0,
            "ARC-Authentication-Results: i=1; \"mx l2\";\n", ""
        ),
        ("\(seal) --results '' < message", 64, "", "--results: neither a result nor \"none\""),
        ("\(seal) --results 'all is well' < message", 64, "", "--results: not a result: all is well"),
        ("\(seal) --results 'spf=pass; none' < message", 64, "", "--results: \"none\" beside a result"),
        ("\(seal) --results 'spf=pass (so' < message", 64, "", "--results: a comment that is not closed"),
        ("\(seal) --results 'spf=pass smtp.mailfrom=\"a' < message", 64, "", "--results: a quoted string"),
        ("\(seal) --results 'none' < message | grep -c 'cv=none'", 0, "1\n", ""),
        ("\(seal) --results 'spf=pass;' < message | grep -c 'cv=none'", 0, "1\n", ""),
        (
            "\(seal) < message | sed s/Hello/Bye/ | \(seal) --results spf=pass | \(seal) --results spf=pass", 65, "",
            "the chain has ended"
        ),
        ("\(seal) --chain pass < message", 65, "", "cannot be that of the message's chain"),
        ("\(seal) --chain perhaps < message", 64, "", "--chain"),
        (
            "grep -v Authentication-Results message | \(seal)", 64, "",
            "no Authentication-Results field of mx.list.example"
        ),
        ("\(seal) --headers from:arc-seal < message", 64, "", "arc-seal"),
        ("\(seal) --headers to:subject < message", 64, "", "From"),
        ("\(seal) --key k.pem --selector t < message", 64, "", "one --key"),
        // A message may have no header, or nothing at all.
        ("printf '\\n\\nHello.\\n' > bare; $ASSAY check arc bare", 0, "none\n", ""),
        (": > nothing; $ASSAY check arc nothing", 0, "none\n", ""),
        ("$ASSAY check arc missing", 66, "", "missing: "),
        ("$ASSAY check arc message --dns none --format ndjson", 0, #"{"authentic":false,"instance":0"#, ""),
        (
            "\(seal) < message | $ASSAY check arc - --dns none --format ndjson", 0,
            #""unrecorded":["s._domainkey.list.example. TXT"]"#, "the DNS was not asked"
        ),
    ])
    func outcomes(line: String, code: Int, output: String, errors: String) throws {
        let outcome = try workplace().bash("set -o pipefail; " + line)
        #expect(outcome.code == code, "\(line): \(outcome.errors)")
        #expect(output.isEmpty ? outcome.output.isEmpty : outcome.output.contains(output), "\(outcome.output)")
        #expect(errors.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(errors), "\(outcome.errors)")
    }
}
