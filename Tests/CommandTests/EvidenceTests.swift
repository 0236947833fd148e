import Foundation
import Testing

/// What is kept of sources, exported with its origin, and told without names.
@Suite struct EvidenceTests {
    private static let judged = [
        "--policy", "\(Place.fixtures)/policy.yaml", "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
    ]

    /// A case of a mailbox and a transcript that lie in the workplace.
    private static func place() throws -> Workplace {
        let place = try Workplace()
        for name in ["archive/inbound.mbox", "transcripts/dozen.ndjson"] {
            let file = (name as NSString).lastPathComponent
            try FileManager.default.copyItem(atPath: "\(Place.fixtures)/\(name)", toPath: "\(place.path)/\(file)")
        }
        let outcome = try place.assay(["replay", "inbound.mbox", "dozen.ndjson"] + judged + ["--case", "a.case"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return place
    }

    @Test func sourcesAreVouchedFor() throws {
        let place = try EvidenceTests.place()
        let rows = try place.assay(["query", "a.case", "--sql", "SELECT * FROM source", "--format", "ndjson"]).objects()
        let sums = try place.run(["sha256sum", "inbound.mbox", "dozen.ndjson"], seconds: 600).lines
        #expect(rows.compactMap { $0["sha256"] as? String } == sums.map { String($0.prefix(64)) })
        for row in rows {
            #expect((row["tool"] as? String)?.hasPrefix("assay ") ?? false)
            #expect((row["size"] as? Int ?? 0) > 1000)
            let (first, last) = (row["first"] as? String ?? "", row["last"] as? String ?? "")
            #expect(first.hasPrefix("20") && first <= last)
        }
    }

    @Test func exportsAreWhatTheyWere() throws {
        let place = try EvidenceTests.place()
        let id =
            try place.assay([
                "query", "a.case", "--sql", "SELECT id FROM message WHERE message = 3", "--format", "ndjson",
            ])
            .objects()[0]["id"] as? String
        let export = try place.assay(["query", "a.case", "--message", "3", "--export", "out"])
        #expect(export.code == 0 && export.output.hasPrefix("1 message in out; manifest.json has the SHA-256 "))
        let sum = try place.run(["sha256sum", "out/message-3.eml"], seconds: 600).output.prefix(64)
        #expect(id == "sha256:\(sum)")
        let good = try place.assay(["evidence", "verify", "out"])
        #expect(
            good.code == 0 && good.output.hasPrefix("2 files as exported; manifest "), "\(good.output)\(good.errors)")
        let other = try place.assay(["evidence", "verify", "out", "--manifest", String(repeating: "0", count: 64)])
        #expect(other.code == 1)
        _ = try place.run(
            ["sh", "-c", "echo >> out/message-3.eml; echo > out/more; echo >> inbound.mbox"], seconds: 600)
        let bad = try place.assay(["evidence", "verify", "out"])
        #expect(bad.code == 1)
        for part in [
            "message-3.eml: has ", "message-3.eml: its SHA-256 is ", "more: is not in", "inbound.mbox: the source has",
        ] {
            #expect(bad.output.contains(part), "\(part) in \(bad.output)")
        }
        #expect(try place.assay(["query", "a.case", "--message", "3", "--export", "out"]).code == 64)
        #expect(try place.assay(["query", "a.case", "--message", "99999", "--export", "none"]).code == 66)
    }

    /// A session of a transcript, its lines octet for octet.
    @Test func exportsSessions() throws {
        let place = try EvidenceTests.place()
        let export = try place.assay(["query", "a.case", "--session", "2024-05-03-dozen", "--export", "out"])
        #expect(export.code == 0, "\(export.errors)")
        let told = try place.run(["sh", "-c", "cmp out/session-1.ndjson dozen.ndjson"], seconds: 600)
        #expect(told.code == 0, "\(told.output)\(told.errors)")
        #expect(try place.assay(["evidence", "verify", "out"]).code == 0)
    }

    /// Nobody is named, and the same one has the same name everywhere in a case.
    @Test func redactionIsConsistent() throws {
        let place = try EvidenceTests.place()
        func rows(_ more: [String]) throws -> [[String: Any]] {
            try place.assay(["query", "a.case", "--format", "ndjson"] + more).objects()
        }
        let (plain, redacted) = (try rows([]), try rows(["--redact"]))
        var names: [String: String] = [:]
        for (old, new) in zip(plain, redacted) {
            guard let sender = old["mail_from"] as? String, sender.contains("@"),
                let token = new["mail_from"] as? String
            else { continue }
            #expect(token.hasPrefix("u-") && token.hasSuffix(sender.drop { $0 != "@" }))
            #expect(names.updateValue(token, forKey: sender.lowercased()) ?? token == token)
            if let subject = old["subject"] as? String, !subject.isEmpty {
                #expect((new["subject"] as? String)?.hasPrefix("[") ?? false)
            }
        }
        #expect(names.count > 5 && Set(names.values).count == names.count)
        let again = try place.assay(
            ["replay", "inbound.mbox"] + EvidenceTests.judged + ["--case", "a.case", "--redact", "--format", "ndjson"])
        let senders = Set(try again.objects().compactMap { $0["mail_from"] as? String }.filter { $0.contains("@") })
        #expect(!senders.isEmpty && senders.isSubset(of: Set(names.values)))
        for line in again.lines {
            for local in names.keys.map({ $0.prefix { $0 != "@" } }) where local.utf8.count > 3 {
                #expect(!line.contains("\(local)@"), "\(local) in \(line)")
            }
        }
        let export = try place.assay(["query", "a.case", "--message", "3", "--export", "out", "--redact"])
        #expect(export.code == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/out").sorted() == [
                "manifest.json", "message-3.json",
            ])
        #expect(try place.assay(["evidence", "verify", "out"]).code == 0)
    }
}
