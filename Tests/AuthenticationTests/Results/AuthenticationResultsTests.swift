import Authentication
import Testing
import Values

/// RFC 8601 §2.2 clause by clause: what the grammar has, what it has not, and what old mail has instead.
struct AuthenticationResultsTests {
    /// A field in short: `[i=N ]id[ version]: method[/version]=result{reason}[key=value …](comment)`.
    private func short(_ field: AuthenticationResults) -> String {
        var text = field.instance.map { "i=\($0) " } ?? ""
        text += field.authservID + (field.version == 1 ? "" : " \(field.version)") + ":"
        for result in field.results {
            text += " \(result.method)" + (result.version == 1 ? "" : "/\(result.version)") + "=\(result.result)"
            if let reason = result.reason { text += "{\(reason)}" }
            if !result.properties.isEmpty {
                text += "[" + result.properties.map { "\($0.key)=\($0.value)" }.joined(separator: " ") + "]"
            }
            text += result.comments.map { "(\($0))" }.joined()
        }
        return text
    }

    @Test(
        "the grammar",
        arguments: [
            // RFC 8601 appendix B.2: service provided, no authentication done.
            ("example.org 1; none", "example.org:"),
            ("example.org; none", "example.org:"),
            ("example.org;none\r\n", "example.org:"),
            // B.3 to B.6.
            (
                "example.com;\r\n          spf=pass smtp.mailfrom=example.net",
                "example.com: spf=pass[smtp.mailfrom=example.net]"
            ),
            (
                "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=fail smtp.mailfrom=example.net",
                "example.com: auth=pass[smtp.auth=sender@example.net](cram-md5) spf=fail[smtp.mailfrom=example.net]"
            ),
            (
                "example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net;"
                    + " dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
                "example.com: dkim=pass{good signature}[header.i=@mail-router.example.net] "
                    + "dkim=fail{bad signature}[header.i=@newyork.example.com]"
            ),
            // B.7: comments wherever they may be.
            (
                "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail"
                    + "\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) = "
                    + "(as I wasn't expecting it) 1362471462",
                "foo.example.net: dkim=fail[policy.expired=1362471462](Because I like it)(One yay)(wait for it)"
                    + "(A dot can go here)(like that)(this surprised me)(as I wasn't expecting it)"
            ),
            ("(a)\"mx \\\"1\\\"\" 2 ; spf / 2 = none", "mx \"1\" 2: spf/2=none"),
            ("example.org; dkim=pass(a)header.d=b.example", "example.org: dkim=pass[header.d=b.example](a)"),
            // Methods that the RFC does not define have any results and any properties.
            ("example.org; x-own=perhaps x-type.x-name=\"\"", "example.org: x-own=perhaps[x-type.x-name=]"),
            ("example.org; iprev=pass policy.iprev=192.0.2.1", "example.org: iprev=pass[policy.iprev=192.0.2.1]"),
            (
                "example.org; iprev=pass policy.iprev=\"2001:db8::1\"",
                "example.org: iprev=pass[policy.iprev=2001:db8::1]"
            ),
            ("example.org; dkim=pass header.b=\"gfT/i2HB\"", "example.org: dkim=pass[header.b=gfT/i2HB]"),
            (
                "example.org; spf=pass smtp.mailfrom=a/b=c@d.example",
                "example.org: spf=pass[smtp.mailfrom=a/b=c@d.example]"
            ),
            (
                "example.org; spf=pass smtp.mailfrom=\"a b\"@d.example",
                "example.org: spf=pass[smtp.mailfrom=a b@d.example]"
            ),
            (
                "example.org; spf=pass smtp.MailFrom = x.example ( c )",
                "example.org: spf=pass[smtp.mailfrom=x.example](c)"
            ),
            ("example.org; SPF=pass", "example.org: spf=pass"),
            // RFC 8616 §5: U-labels in an authserv-id want quotes; a domain name or a local-part does not.
            ("\"bücher.example\"; none", "bücher.example:"),
            ("example.org; dkim=pass header.i=é@bücher.example", "example.org: dkim=pass[header.i=é@bücher.example]"),
            ("example.org; dkim=fail reason=\"né\"", "example.org: dkim=fail{né}"),
        ])
    func grammar(value: String, expected: String) throws {
        #expect(short(try AuthenticationResults(strict: Bytes(value))) == expected)
        let read = AuthenticationResults.read(Bytes(value))
        #expect(short(read.results) == expected)
        #expect(read.faults.isEmpty)
    }

    @Test(
        "what is not the grammar, and what is understood nevertheless",
        arguments: [
            ("", .missingAuthservID, ":"),
            ("; none", .missingAuthservID, ":"),
            ("example.org", .noResults, "example.org:"),
            ("example.org;", .emptyResult, "example.org:"),
            ("example.org; ; spf=pass", .emptyResult, "example.org: spf=pass"),
            ("example.org; spf=pass;", .emptyResult, "example.org: spf=pass"),
            ("example.org; none; spf=pass", .noneAmongResults, "example.org: spf=pass"),
            ("example.org; spf=pass; none", .noneAmongResults, "example.org: spf=pass"),
            ("example.org; none; none", .noneAmongResults, "example.org:"),
            ("example/org; none", .malformedAuthservID, "example/org:"),
            ("bücher.example; none", .malformedAuthservID, "bücher.example:"),
            ("example.org 1x; spf=pass", .malformedVersion, "example.org: spf=pass"),
            ("example.org v1; spf=pass", .unexpectedText, "example.org: spf=pass"),
            ("example.org; spf", .notAResult, "example.org:"),
            ("example.org; spf=; dkim=none", .notAResult, "example.org: dkim=none"),
            ("example.org; spf=pa@ss; dkim=none", .notAResult, "example.org: dkim=none"),
            ("example.org; =pass; dkim=none", .notAResult, "example.org: dkim=none"),
            ("example.org; spf/x=pass", .malformedVersion, "example.org: spf=pass"),
            ("example.org; dkim=Pass", .unregisteredResult, "example.org: dkim=pass"),
            ("example.org; dkim=fail reason=\"a\0b\"", .unexpectedText, "example.org: dkim=fail{a\0b}"),
            ("example.org; dkim=fail (\0)", .unexpectedText, "example.org: dkim=fail(\0)"),
            ("example.org; dkim=timeout", .unregisteredResult, "example.org: dkim=timeout"),
            ("example.org; dmarc=bestguesspass", .unregisteredResult, "example.org: dmarc=bestguesspass"),
            ("example.org; dmarc=pass action=none", .untypedProperty, "example.org: dmarc=pass[action=none]"),
            ("example.org; spf=pass smtp.mail_from=a", .malformedName, "example.org: spf=pass[smtp.mail_from=a]"),
            ("example.org; spf=pass smtp.mailfrom=", .emptyValue, "example.org: spf=pass[smtp.mailfrom=]"),
            (
                "example.org; spf=pass smtp.mailfrom= smtp.helo=a.example", .emptyValue,
                "example.org: spf=pass[smtp.mailfrom= smtp.helo=a.example]"
            ),
            (
                "example.org; spf=pass smtp.mailfrom=<a@b.example>", .unquotedValue,
                "example.org: spf=pass[smtp.mailfrom=a@b.example]"
            ),
            ("example.org; dkim=pass header.b=gfT/i2HB", .unquotedValue, "example.org: dkim=pass[header.b=gfT/i2HB]"),
            ("example.org; dkim=fail header.d=a reason=b", .misplacedReason, "example.org: dkim=fail{b}[header.d=a]"),
            ("example.org; dkim=fail reason=a reason=b", .misplacedReason, "example.org: dkim=fail{a}"),
            ("example.org; dkim=pass stray header.d=a", .unexpectedText, "example.org: dkim=pass[header.d=a]"),
            ("example.org; dkim=pass ) header.d=a", .unexpectedText, "example.org: dkim=pass[header.d=a]"),
            ("example.org; dkim=pass (a (b) header.d=c", .unclosedComment, "example.org: dkim=pass[header.d=c](a (b)"),
            ("example.org; dkim=pass (a header.d=c", .unclosedComment, "example.org: dkim=pass(a header.d=c)"),
            ("example.org; dkim=pass header.d=\"a", .unclosedQuote, "example.org: dkim=pass[header.d=\"a]"),
            ("spf=pass smtp.mailfrom=a; dkim=none", .missingAuthservID, ": spf=pass[smtp.mailfrom=a] dkim=none"),
            ("i=1; example.org; none", .unexpectedInstance, "i=1 example.org:"),
            ("i=1; i=1; spf=pass", .unexpectedInstance, "i=1 : i=1 spf=pass"),
            (
                "outlook.example; spf=pass smtp.mailfrom=a; outlook.example; dkim=pass header.d=b;", .notAResult,
                "outlook.example: spf=pass[smtp.mailfrom=a] dkim=pass[header.d=b]"
            ),
            (
                "mta.example  from=a.example; domainkeys=neutral (no sig);  from=b.example; dkim=pass (ok)",
                .unexpectedText, "mta.example: domainkeys=neutral(no sig) dkim=pass(ok)"
            ),
        ] as [(String, AuthenticationResultsFault.Kind, String)])
    func departures(value: String, fault: AuthenticationResultsFault.Kind, expected: String) throws {
        do {
            let field = try AuthenticationResults(strict: Bytes(value))
            Issue.record("\(value) was read as \(short(field))")
        } catch {
            #expect(error.kind == fault)
        }
        let read = AuthenticationResults.read(Bytes(value))
        #expect(short(read.results) == expected)
        #expect(read.faults.contains { $0.kind == fault }, "\(read.faults)")
    }

    @Test(
        "RFC 8617 §4.1.1: the instance of an ARC set",
        arguments: [
            ("i=1; mx.example; spf=pass", "i=1 mx.example: spf=pass", nil),
            (" (a) i = 50 (b) ; mx.example; none", "i=50 mx.example:", nil),
            ("I=2;mx.example;none", "i=2 mx.example:", nil),
            ("mx.example; spf=pass", "mx.example: spf=pass", .malformedInstance),
            ("i=0; mx.example; none", "i=0 mx.example:", .malformedInstance),
            ("i=51; mx.example; none", "i=51 mx.example:", .malformedInstance),
            ("i=x; mx.example; none", "mx.example:", .malformedInstance),
            ("i=1 1; mx.example; none", "i=1 mx.example:", .unexpectedText),
            ("", ":", .malformedInstance),
        ] as [(String, String, AuthenticationResultsFault.Kind?)])
    func instance(value: String, expected: String, fault: AuthenticationResultsFault.Kind?) {
        var thrown: AuthenticationResultsFault.Kind?
        do {
            _ = try AuthenticationResults(strict: Bytes(value), form: .arc)
        } catch {
            thrown = error.kind
        }
        #expect(thrown == fault)
        #expect(short(AuthenticationResults.read(Bytes(value), form: .arc).results) == expected)
    }

    @Test("an authserv-id is a name")
    func claims() {
        let field = AuthenticationResults(authservID: "MX.Bücher.example")
        #expect(field.claims("mx.xn--bcher-kva.example"))
        #expect(AuthenticationResults(authservID: "mx.example.").claims("MX.example"))
        #expect(AuthenticationResults(authservID: "gate 7").claims("Gate 7"))
        #expect(!field.claims("mx.bucher.example"))
        #expect(!AuthenticationResults(authservID: "").claims("mx.example"))
    }

    @Test("what a result is about")
    func domain() {
        func domain(_ method: String, _ key: (String, String), _ value: String) -> String? {
            AuthenticationMethodResult(
                method, "pass", properties: [AuthenticationProperty(key.0, key.1, value)]
            ).domain
        }
        #expect(domain("spf", ("smtp", "mailfrom"), "a@B.example") == "b.example")
        #expect(domain("spf", ("smtp", "helo"), "b.example") == "b.example")
        #expect(domain("dkim", ("header", "i"), "@b.example") == "b.example")
        #expect(domain("dmarc", ("header", "from"), "b.example") == "b.example")
        #expect(domain("dmarc", ("smtp", "mailfrom"), "b.example") == nil)
        #expect(domain("spf", ("smtp", "mailfrom"), "") == nil)
    }

    @Test("fields are bounded", .timeLimit(.minutes(10)))
    func hostile() {
        let limits = AuthenticationResultsLimits()
        let manyResults = "a;" + String(repeating: "spf=pass;", count: 5000)
        let many = AuthenticationResults.read(Bytes(manyResults))
        #expect(many.results.results.count == limits.results)
        #expect(many.faults.contains { $0.kind == .tooMuch })
        let properties = "a; spf=pass" + String(repeating: " a.b=c", count: 5000)
        let wide = AuthenticationResults.read(Bytes(properties)).results
        #expect(wide.results.map(\.properties.count) == [limits.properties])
        let long = AuthenticationResults.read(Bytes("a; spf=pass a.b=" + String(repeating: "x", count: 50_000))).results
        #expect(long.results.first?.properties.first?.value.utf8.count == limits.valueLength)
        for piece in ["(", ")", "\"", "\\", "i=1;", ";", "=", ".", "a=", "a.", "a.b", "a=b(", "<", "(\"", "/", "é"] {
            let read = AuthenticationResults.read(Bytes(String(repeating: piece, count: 200_000 / piece.utf8.count)))
            #expect(read.faults.count <= limits.faults + 1)
            _ = AuthenticationResults.read(Bytes("a; spf=pass " + String(repeating: piece, count: 30_000)))
        }
    }
}
