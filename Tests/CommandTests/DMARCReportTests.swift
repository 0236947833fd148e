import Foundation
import Testing

/// The suites and corpora beside the package.
private enum Shared {
    static let suites =
        (ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? Place.package + "/../shared") + "/suites"

    static func has(_ suite: String) -> Bool { FileManager.default.fileExists(atPath: "\(suites)/\(suite)") }

    static func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(suites)/\(folder)").sorted()
    }

    static func object(_ file: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(suites)/\(file)"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}

/// DMARC reports: made of a case, and read from what others send.
@Suite struct DMARCReportTests {
    private static let judged = [
        "--policy", "\(Place.fixtures)/policy.yaml", "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
    ]

    private static func place() throws -> Workplace {
        let place = try Workplace()
        let outcome = try place.assay(
            ["replay", "\(Place.fixtures)/archive", "--case", "a.case", "--output", "a.ndjson", "--format", "ndjson"]
                + judged)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        return place
    }

    private static let report = ["report", "a.case", "--dmarc-aggregate", "out", "--email", "dmarc@mx.example"]

    /// The same case gives the same reports, which hold as many messages as the case has for domains that ask.
    @Test func aggregateReportsAreMadeAndReadBack() throws {
        let place = try Self.place()
        let made = try place.assay(Self.report + ["--org-name", "Mail & Co", "--format", "ndjson"])
        #expect(made.code == 0)
        let told = try made.objects()
        #expect(!told.isEmpty)
        let again = try place.bash(
            "$ASSAY \(Self.report.joined(separator: " ").replacingOccurrences(of: " out", with: " again")) --org-name 'Mail & Co' >/dev/null && diff -r out again"
        )
        #expect(again.code == 0 && again.output.isEmpty)
        for report in told {
            let name = (report["file"] as? String ?? "").split(separator: "/").last ?? ""
            #expect(name.wholeMatch(of: /mx\.example![a-z0-9.-]+!\d+!\d+\.xml/) != nil, "\(name)")
        }
        let wanted =
            try place.assay([
                "query", "a.case", "--format", "ndjson", "--sql",
                """
                SELECT count(*) AS n FROM finding JOIN session USING (run, message) WHERE stage = 'dmarc'
                AND symbol IN ('DMARC_PASS', 'DMARC_FAIL', 'DMARC_QUARANTINE', 'DMARC_REJECT')
                AND instr(evidence, 'rua=') > 0 AND client IS NOT NULL AND time IS NOT NULL
                """,
            ]).objects().first?["n"] as? Int
        #expect(told.compactMap { $0["messages"] as? Int }.reduce(0, +) == wanted)

        let imported = try place.assay(["dmarc", "import", "out", "--case", "r.case", "--format", "ndjson"])
        #expect(imported.code == 0 && imported.errors.isEmpty)
        #expect(try imported.objects().first?["reports"] as? Int == told.count)
        let twice = try place.assay(["dmarc", "import", "out", "--case", "r.case", "--format", "ndjson"])
        #expect(try twice.objects().first?["already_there"] as? Int == told.count)
        let read = try place.assay([
            "query", "r.case", "--format", "ndjson", "--sql",
            "SELECT sum(count) AS n, max(org_name) AS org FROM dmarc_record JOIN dmarc_report USING (report)",
        ]).objects().first
        #expect(read?["n"] as? Int == wanted && read?["org"] as? String == "Mail & Co")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/xmllint"), "xmllint is not here"))
    func reportsAreValid() throws {
        let place = try Self.place()
        #expect(try place.assay(Self.report).code == 0)
        let schema = "\(Place.fixtures)/dmarc/aggregate-report.xsd"
        let valid = try place.bash("xmllint --noout --schema \(schema) out/*.xml")
        #expect(valid.code == 0, "\(valid.errors)")
        // That the schema says no to what is wrong.
        let wrong = try place.bash(
            "sed 's/<disposition>none/<disposition>sometimes/;s/<disposition>reject/<disposition>never/' out/*.xml | head -c 100000 > wrong.xml; f=$(ls out/*.xml | head -1); sed 's,<pct>,<pct>x,' $f > wrong.xml; xmllint --noout --schema \(schema) wrong.xml"
        )
        #expect(wrong.code != 0)
    }

    @Test func compressedAndBareReports() throws {
        let place = try Self.place()
        #expect(try place.assay(Self.report + ["--gzip", "--no-namespace"]).code == 0)
        let outcome = try place.bash("for f in out/*.gz; do gzip -dc $f | sed -n 2p; done | sort -u")
        #expect(outcome.output == "<feedback>\n")
        #expect(try place.assay(["dmarc", "import", "out"]).code == 0)
    }

    @Test func failureReportsAreMadeAndReadBack() throws {
        let place = try Workplace()
        try place.write(
            "m.eml",
            """
            Return-Path: <x@bulk.example>
            Received: from bulk.example (bulk.example [203.0.113.9]) by mx.company.example; Wed, 1 May 2024 10:00:00 +0000
            From: a@partner.example
            Subject: =?utf-8?q?h=C3=A9?=

            the body
            """)
        try place.write(
            "z",
            """
            _dmarc.partner.example. 60 IN TXT "v=DMARC1; p=reject; ruf=mailto:f@partner.example"
            bulk.example. 60 IN TXT "v=spf1 -all"

            """)
        try place.write("p.yaml", "version: 1\nlocal_domains: [company.example]\n")
        let replayed = try place.assay([
            "replay", "m.eml", "--case", "a.case", "--dns", "zone:z", "--policy", "p.yaml", "--format", "ndjson",
        ])
        #expect(replayed.output.contains("DMARC_REJECT"), "\(replayed.output)\(replayed.errors)")
        let outcome = try place.assay([
            "report", "a.case", "--dmarc-failures", "out", "--email", "dmarc@mx.example", "--format", "ndjson",
        ])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try outcome.objects().first?["to"] as? [String] == ["f@partner.example"])
        let read = try place.bash("$ASSAY dmarc import out/*.eml --format ndjson")
        let report = try #require(try read.objects().first?["report"] as? [String: Any])
        #expect(report["feedback_type"] as? String == "auth-failure" && report["auth_failure"] as? String == "dmarc")
        #expect(report["identity_alignment"] as? String == "none" && report["source_ip"] as? String == "203.0.113.9")
        #expect(report["reported_domain"] as? [String] == ["partner.example"])
        #expect(report["delivery_result"] as? String == "reject")
        #expect(report["arrival_time"] as? String == "2024-05-01T10:00:00Z")
        let original = report["original"] as? String ?? ""
        #expect(original.contains("From: a@partner.example") && !original.contains("the body"))
    }

    /// Reports to others go only where the DNS says that they are wanted (RFC 7489 §7.1).
    @Test func destinationsAreVerified() throws {
        let place = try Workplace()
        try place.write(
            "m.eml",
            """
            Return-Path: <x@bulk.example>
            Received: from bulk.example (bulk.example [203.0.113.9]) by mx.company.example; Wed, 1 May 2024 10:00:00 +0000
            From: a@partner.example

            the body
            """)
        let policy =
            "v=DMARC1; p=reject; rua=mailto:own@partner.example!10,mailto:a@reports.example,mailto:b@other.example; "
            + "ruf=mailto:f@reports.example,mailto:g@other.example"
        let wanted = "partner.example._report._dmarc.reports.example. 60 IN TXT \"v=DMARC1\"\n"
        try place.write(
            "z", "_dmarc.partner.example. 60 IN TXT \"\(policy)\"\nbulk.example. 60 IN TXT \"v=spf1 -all\"\n\(wanted)")
        try place.write("p.yaml", "version: 1\nlocal_domains: [company.example]\n")
        #expect(
            try place.assay(["replay", "m.eml", "--case", "a.case", "--dns", "zone:z", "--policy", "p.yaml"]).code == 0)
        let report = ["report", "a.case", "--dmarc-aggregate", "out", "--dmarc-failures", "out", "--format", "ndjson"]
        let told = try place.assay(report + ["--dns", "zone:z"]).objects()
        let aggregate = try #require(told.first { $0["type"] as? String == "aggregate" })
        #expect(aggregate["to"] as? [String] == ["a@reports.example"])
        let refused = try #require(aggregate["not_to"] as? [[String: String]])
        #expect(refused.map { $0["uri"] } == ["mailto:own@partner.example", "mailto:b@other.example"])
        #expect(refused.first?["reason"] == "takes no more than 10 bytes")
        let failure = try #require(told.first { $0["type"] as? String == "failure" })
        #expect(failure["to"] as? [String] == ["f@reports.example"])
        let written = try place.bash("grep -h '^To:' out/*.eml")
        #expect(written.output.trimmingCharacters(in: .whitespacesAndNewlines) == "To: <f@reports.example>")

        // Without a DNS to ask, nobody outside is written to.
        let unasked = try place.bash("rm -r out; $ASSAY \(report.joined(separator: " ")); ls out")
        #expect(unasked.output.contains(#""to":[]"#) && !unasked.output.contains(".eml"), "\(unasked.output)")
        #expect(
            unasked.errors.contains("1 reports have nowhere to go") && unasked.errors.contains("no failure report"),
            "\(unasked.errors)")
        let text = try place.assay(["report", "a.case", "--dmarc-aggregate", "out", "--dns", "zone:z"])
        #expect(text.output.contains("  to           a@reports.example\n"), "\(text.output)")
        #expect(text.output.contains("  not to       mailto:b@other.example: its host does not say"), "\(text.output)")
    }

    /// Failure reports are kept in a case, each once, with their fields (RFC 6591 §3).
    @Test(.enabled(if: Shared.has("reports-parsedmarc"), "the suites are not here"))
    func failureReportsAreKept() throws {
        let place = try Workplace()
        let folder = "\(Shared.suites)/reports-parsedmarc/failure"
        let printed = try place.assay(["dmarc", "import", folder, "--format", "ndjson"])
        let count = try printed.objects().count { $0["type"] as? String == "failure" }
        #expect(count > 0)
        let kept = try place.assay(["dmarc", "import", folder, "--case", "r.case", "--format", "ndjson"]).objects()
        let new = try #require(kept.first?["failure_reports"] as? Int)
        let known = try #require(kept.first?["failure_reports_already_there"] as? Int)
        #expect(new > 0 && new + known == count, "\(kept)")
        let again = try place.assay(["dmarc", "import", folder, "--case", "r.case", "--format", "ndjson"]).objects()
        #expect(again.first?["failure_reports"] as? Int == 0)
        let rows = try place.assay([
            "query", "r.case", "--format", "ndjson", "--sql",
            "SELECT feedback_type, source_ip, reported_domain, arrival, fields FROM dmarc_failure",
        ]).objects()
        #expect(rows.count == new)
        #expect(rows.contains { $0["feedback_type"] as? String == "auth-failure" && $0["source_ip"] is String })
    }

    @Test func usageAndDamage() throws {
        let place = try Self.place()
        let neither = try place.assay(["report", "a.case"])
        #expect(neither.code == 64 && neither.errors.contains("--dmarc-aggregate"))
        #expect(try place.assay(["report", "none.case", "--dmarc-aggregate", "out"]).code == 66)
        #expect(try place.assay(["report", "a.case", "--dmarc-aggregate", "a.case"]).code == 74)
        #expect(try place.assay(["report", "a.case", "--dmarc-aggregate", "out", "--email", "x"]).code == 64)
        #expect(try place.assay(["dmarc", "import", "none.xml"]).code == 66)
        try place.write("cut.xml", "<feedback>\n<record>\n")
        try place.write("whole.xml", "<feedback><record/></feedback>")
        let cut = try place.assay(["dmarc", "import", "cut.xml", "whole.xml", "--format", "ndjson"])
        #expect(cut.code == 65 && cut.errors.hasPrefix("cut.xml:3:1: the report is cut off"), "\(cut.errors)")
        #expect(cut.lines.count == 1)
        try place.write("text.txt", "Subject: nothing\n\nno report\n")
        #expect(try place.assay(["dmarc", "import", "text.txt"]).code == 65)
    }

    @Test func whatIsNoReport() throws {
        let place = try Workplace()
        let made = try place.bash(
            """
            python3 - <<'END'
            import zipfile
            with zipfile.ZipFile('notes.zip', 'w') as z: z.writestr('a.txt', 'hello')
            open('bytes', 'wb').write(bytes(range(256)) * 4)
            END
            """)
        #expect(made.code == 0, "\(made.errors)")
        let zip = try place.assay(["dmarc", "import", "notes.zip"])
        #expect(zip.code == 65 && zip.errors == "notes.zip: the zip file holds no XML report\n", "\(zip.errors)")
        let bytes = try place.assay(["dmarc", "import", "bytes"])
        #expect(bytes.code == 65 && bytes.errors.hasPrefix("bytes: is no DMARC report"), "\(bytes.errors)")
        try place.write(
            "ip.xml",
            "<feedback>\n<record><row>\n<source_ip>nowhere</source_ip><count>1</count></row></record></feedback>")
        let address = try place.assay(["dmarc", "import", "ip.xml"])
        #expect(address.code == 0, "\(address.errors)")
        #expect(
            address.errors.wholeMatch(of: /ip\.xml:3:\d+: 'source_ip' is no address\n/) != nil, "\(address.errors)")
    }

    /// What stands around a report, and around its bytes.
    @Test func oddWrappings() throws {
        let place = try Workplace()
        let made = try place.bash(
            """
            python3 - <<'END'
            import gzip, io, zipfile
            x = b'<?xml version="1.0"?><feedback><record><row><source_ip>192.0.2.1</source_ip></row></record></feedback>'
            def packed(name, data):
                z = io.BytesIO()
                with zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED) as f: f.writestr(name, data)
                return z.getvalue()
            files = {
                'trailing.gz': gzip.compress(x) + b'bytes that do not belong', 'twice.gz': gzip.compress(gzip.compress(x)),
                'nested.zip': packed('in.zip', packed('a.xml', x)), 'doctype.xml': x.replace(b'?>', b'?><!DOCTYPE feedback>'),
                'bom.xml': bytes([0xEF, 0xBB, 0xBF]) + x, 'utf16.xml': x.decode().encode('utf-16'),
                'namespace.xml': x.replace(b'<feedback>', b'<d:feedback xmlns:d="urn:x">').replace(b'</feed', b'</d:feed'),
            }
            bad = {
                'deep.zip': packed('c.zip', packed('in.zip', packed('a.xml', x))), 'cut.gz': gzip.compress(x)[:-20],
                'entity.xml': b'<!DOCTYPE f [<!ENTITY a "b">]>' + x, 'tls.json': b'{"organization-name":"x","policies":[]}',
            }
            for folder, all in [('good', files), ('bad', bad)]:
                import os; os.mkdir(folder)
                for name, data in all.items(): open(folder + '/' + name, 'wb').write(data)
            END
            for f in good/*; do $ASSAY dmarc import $f --format ndjson | grep -c 192.0.2.1 | sed "s,^,$f ,"; done
            for f in bad/*; do $ASSAY dmarc import $f --format ndjson; echo $?; done
            """)
        #expect(made.lines.count == 11, "\(made.output)\(made.errors)")
        #expect(made.lines.prefix(7).allSatisfy { $0.hasSuffix(" 1") }, "\(made.output)")
        #expect(made.lines.suffix(4).allSatisfy { $0 == "65" }, "\(made.output)")
        #expect(made.errors.contains("is a report about TLS (RFC 8460)"), "\(made.errors)")
        #expect(made.errors.contains("trailing.gz: byte "), "\(made.errors)")
    }

    @Test func nothingToReport() throws {
        let place = try Workplace()
        try place.write("m.eml", "From: a@partner.example\nSubject: hello\n\nA message.\n")
        try place.write("z", "other.example. 60 IN TXT \"v=spf1 -all\"\n")
        #expect(try place.assay(["replay", "m.eml", "--case", "a.case", "--dns", "zone:z"]).code == 0)
        let none = try place.assay(["report", "a.case", "--dmarc-aggregate", "out"])
        #expect(none.code == 0 && none.output.isEmpty)
        #expect(
            none.errors.hasPrefix("no aggregate report is owed") && none.errors.contains("1 without a policy"),
            "\(none.errors)")
        let email = try place.assay(["report", "a.case", "--dmarc-aggregate", "out", "--email", "foo"])
        #expect(email.code == 64 && email.errors.contains("--email is an address"), "\(email.errors)")
        let receiver = try place.assay(["report", "a.case", "--dmarc-aggregate", "out", "--receiver", "a b"])
        #expect(receiver.code == 64 && receiver.errors.contains("--receiver is a domain"), "\(receiver.errors)")
    }

    /// Bombs end at a limit that the message names.
    @Test func bombsAreRefused() throws {
        let place = try Workplace()
        let made = try place.bash(
            """
            python3 - <<'END'
            import gzip, zipfile, zlib
            big = b'<feedback>' + b' ' * (200 << 20)
            open('bomb.xml.gz', 'wb').write(gzip.compress(big))
            with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('a.xml', big)
            data = bytearray(open('bomb.zip', 'rb').read())
            at = data.rindex(b'PK\\x01\\x02')
            data[at + 24:at + 28] = (100).to_bytes(4, 'little')
            open('liar.zip', 'wb').write(data)
            with zipfile.ZipFile('many.zip', 'w') as z:
                for n in range(2000): z.writestr(str(n), b'')
            inner = b'<feedback></feedback>'
            for _ in range(5): inner = gzip.compress(inner)
            open('nested.gz', 'wb').write(inner)
            END
            """)
        #expect(made.code == 0, "\(made.errors)")
        for (file, words) in [
            ("bomb.zip", "67108864"), ("liar.zip", "67108864"), ("many.zip", "1000"), ("bomb.xml.gz", "67108864"),
            ("nested.gz", "more than 2 times"),
        ] {
            let outcome = try place.assay(["dmarc", "import", file])
            #expect(outcome.code == 65 && outcome.errors.contains(words), "\(file): \(outcome.errors)")
            #expect(outcome.peak < 400, "\(file): \(outcome.peak) MiB")
        }
    }

    // MARK: Suites

    private static func normalized(_ value: Any?) -> String {
        let text = value.map { $0 is NSNull ? "" : "\($0)" } ?? ""
        let plain = text.lowercased().replacingOccurrences(of: "_", with: "").replacingOccurrences(of: "-", with: "")
        return ["unspecified": "", "relaxed": "r", "strict": "s", "mailfrom": "mfrom"][plain] ?? plain
    }

    @Test(.enabled(if: Shared.has("dmarc-feedback-mail-auth"), "the shared suite dmarc-feedback-mail-auth is not here"))
    func mailAuthFeedback() throws {
        let place = try Workplace()
        var total = 0
        var differences: [String] = []
        for file in try Shared.files("dmarc-feedback-mail-auth") where file.hasSuffix(".xml") || file.hasSuffix(".eml")
        {
            let folder = "dmarc-feedback-mail-auth"
            let expected = try Shared.object("\(folder)/\(file.dropLast(4)).json")
            let outcome = try place.assay([
                "dmarc", "import", "\(Shared.suites)/\(folder)/\(file)", "--format", "ndjson",
            ])
            total += 1
            func check(_ what: String, _ found: Any?, _ wanted: Any?) {
                let (found, wanted) = (Self.normalized(found), Self.normalized(wanted))
                if found != wanted { differences.append("\(file): \(what) is \(found), expected \(wanted)") }
            }
            let report = try outcome.objects().first ?? [:]
            check("exit code", outcome.code, 0)
            let version = (report["version"] as? String).flatMap(Double.init) ?? 0
            check("version", version, expected["version"] as? Double)
            let (metadata, wanted) = (
                report["report_metadata"] as? [String: Any], expected["report_metadata"] as? [String: Any]
            )
            for key in ["org_name", "email", "extra_contact_info", "report_id"] {
                check(key, metadata?[key], wanted?[key])
            }
            for key in ["begin", "end"] {
                check(
                    key, (metadata?["date_range"] as? [String: Any])?[key],
                    (wanted?["date_range"] as? [String: Any])?[key])
            }
            let policy = report["policy_published"] as? [String: Any]
            let wantedPolicy = expected["policy_published"] as? [String: Any]
            for key in ["domain", "version_published", "adkim", "aspf", "p", "sp", "fo"] {
                check(key, policy?[key], wantedPolicy?[key])
            }
            check("testing", policy?["testing"] as? String == "y", wantedPolicy?["testing"] as? Bool)
            let rows = report["records"] as? [[String: Any]] ?? []
            let wantedRows = expected["record"] as? [[String: Any]] ?? []
            check("rows", rows.count, wantedRows.count)
            for (row, wanted) in zip(rows, wantedRows) {
                let line = wanted["row"] as? [String: Any] ?? [:]
                let evaluated = line["policy_evaluated"] as? [String: Any] ?? [:]
                for key in ["source_ip", "count"] { check(key, row[key], line[key]) }
                for key in ["disposition", "dkim", "spf"] { check(key, row[key], evaluated[key]) }
                check(
                    "reasons", (row["reasons"] as? [[String: Any]])?.map { Self.normalized($0["type"]) },
                    (evaluated["reason"] as? [[String: Any]])?.map { Self.normalized($0["type_"] ?? $0["type"]) })
                for key in ["envelope_to", "envelope_from", "header_from"] {
                    check(key, row[key], (wanted["identifiers"] as? [String: Any])?[key])
                }
                for (method, keys) in [
                    ("dkim", ["domain", "selector", "result"]), ("spf", ["domain", "scope", "result"]),
                ] {
                    let results = (row["auth_results"] as? [String: Any])?[method] as? [[String: Any]] ?? []
                    let wantedResults = (wanted["auth_results"] as? [String: Any])?[method] as? [[String: Any]] ?? []
                    check("\(method) results", results.count, wantedResults.count)
                    for (result, wanted) in zip(results, wantedResults) {
                        for key in keys + ["human_result"] { check("\(method) \(key)", result[key], wanted[key]) }
                    }
                }
            }
        }
        let failed = Set(differences.map { $0.prefix(7) })
        print("suite dmarc-feedback-mail-auth: \(total - failed.count)/\(total)")
        #expect(differences.isEmpty && total > 0, "\(differences.joined(separator: "\n"))")
    }

    @Test(.enabled(if: Shared.has("arf-mail-auth"), "the shared suite arf-mail-auth is not here"))
    func mailAuthFailureReports() throws {
        let place = try Workplace()
        var total = 0
        var differences: [String] = []
        for file in try Shared.files("arf-mail-auth") where file.hasSuffix(".eml") {
            let expected = try Shared.object("arf-mail-auth/\(file.dropLast(4)).json")
            let outcome = try place.assay([
                "dmarc", "import", "\(Shared.suites)/arf-mail-auth/\(file)", "--format", "ndjson",
            ])
            total += 1
            let report = try outcome.objects().first?["report"] as? [String: Any] ?? [:]
            for key in [
                "feedback_type", "auth_failure", "source_ip", "user_agent", "version", "original_mail_from",
                "original_envelope_id", "reporting_mta", "dkim_domain", "dkim_selector", "dkim_identity",
                "reported_domain", "reported_uri",
            ] {
                func text(_ value: Any?) -> String {
                    Self.normalized((value as? [String])?.joined(separator: " ") ?? value)
                }
                var found = text(report[key])
                // The type of the agent stands before the name.
                if key == "reporting_mta" { found = found.replacingOccurrences(of: "dns; ", with: "") }
                if found != text(expected[key]) {
                    differences.append("\(file): \(key) is \(found), expected \(text(expected[key]))")
                }
            }
            if let seconds = expected["arrival_date"] as? Double {
                let time = (report["arrival_time"] as? String).flatMap { ISO8601DateFormatter().date(from: $0) }
                if time?.timeIntervalSince1970 != seconds {
                    differences.append("\(file): arrived at \(String(describing: time)), expected \(seconds)")
                }
            }
        }
        print("suite arf-mail-auth: \(total - Set(differences.map { $0.prefix(7) }).count)/\(total)")
        #expect(differences.isEmpty && total > 0, "\(differences.joined(separator: "\n"))")
    }

    @Test(.enabled(if: Shared.has("reports-parsedmarc"), "the shared suite reports-parsedmarc is not here"))
    func parsedmarcSamples() throws {
        let place = try Workplace()
        var total = 0
        var passed = 0
        for folder in ["aggregate", "extract_report", "failure"] {
            for file in try Shared.files("reports-parsedmarc/\(folder)") {
                let path = "\(Shared.suites)/reports-parsedmarc/\(folder)/\(file)"
                let outcome = try place.assay(["dmarc", "import", path, "--format", "ndjson"])
                let report = try outcome.objects().first ?? [:]
                let isRead =
                    folder == "failure"
                    ? (report["report"] as? [String: Any])?["source_ip"] != nil
                    : !((report["records"] as? [Any]) ?? []).isEmpty
                // What is not well-formed is flagged.
                let isFlagged = report["well_formed"] as? Bool == false
                total += 1
                if outcome.code == 0, isRead, isFlagged == file.hasPrefix("invalid") {
                    passed += 1
                } else {
                    Issue.record("\(file): exit code \(outcome.code), \(outcome.errors)")
                }
            }
        }
        print("suite reports-parsedmarc: \(passed)/\(total)")
    }

    @Test(.enabled(if: Shared.has("dmarc-opendmarc"), "the shared suite dmarc-opendmarc is not here"))
    func openDMARCDocuments() throws {
        let place = try Workplace()
        let cases = try Shared.object("dmarc-opendmarc/expected.json").values.compactMap { $0 as? [String: Any] }
            .filter { $0["table"] as? String == "aggregate-xml" }
        var passed = 0
        for row in cases {
            let file = row["file"] as? String ?? ""
            let outcome = try place.assay([
                "dmarc", "import", "\(Shared.suites)/dmarc-opendmarc/xml/\(file)", "--format", "ndjson",
            ])
            let isWellFormed = try outcome.objects().first?["well_formed"] as? Bool == true
            let isGood = outcome.code == 0 && isWellFormed
            if isGood == row["wellformed"] as? Bool { passed += 1 } else { Issue.record("\(file): \(outcome.errors)") }
        }
        print("suite dmarc-opendmarc (documents): \(passed)/\(cases.count)")
    }
}
