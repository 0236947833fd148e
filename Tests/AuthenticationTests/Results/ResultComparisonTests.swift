import Authentication
import Testing
import Values

/// What was found then beside what is found now.
struct ResultComparisonTests {
    /// Results as a field writes them.
    private func results(_ text: String) throws -> [AuthenticationMethodResult] {
        text.isEmpty ? [] : AuthenticationResults.read(Bytes("mx; " + text)).results.results
    }

    @Test(arguments: [
        ("spf=pass smtp.mailfrom=a@x.example", "spf=pass smtp.mailfrom=x.example", ["spf x.example pass/pass agrees"]),
        ("spf=pass smtp.mailfrom=a@x.example", "spf=fail smtp.mailfrom=x.example", ["spf x.example pass/fail differs"]),
        (
            "spf=hardfail smtp.mailfrom=x.example", "spf=fail smtp.mailfrom=x.example",
            ["spf x.example fail/fail agrees"]
        ),
        // The identity decides.
        (
            "spf=pass smtp.helo=h.example", "spf=none smtp.helo=h.example; spf=fail smtp.mailfrom=x.example",
            ["spf h.example pass/none differs"]
        ),
        (
            "spf=pass smtp.mailfrom=g.example", "spf=none smtp.mailfrom=x.example",
            ["spf g.example pass/- another domain is checked now"]
        ),
        ("spf=pass", "spf=fail smtp.mailfrom=x.example", ["spf x.example pass/fail differs"]),
        ("spf=pass smtp.mailfrom=x.example", "spf=none smtp.helo=h.example", ["spf x.example pass/- unrecorded DNS"]),
        ("", "spf=none smtp.mailfrom=x.example", ["spf x.example -/none not written then"]),
        // One signature of a domain that holds is enough.
        (
            "dkim=fail header.d=x.example; dkim=pass header.d=x.example; dkim=pass header.i=@news.y.example",
            "dkim=pass header.d=x.example; dkim=fail header.d=y.example; dkim=pass header.d=z.example",
            [
                "dkim x.example pass/pass agrees", "dkim news.y.example pass/fail differs",
                "dkim z.example -/pass not written then",
            ]
        ),
        ("dkim=none header.d=none", "dkim=none", ["dkim - none/none agrees"]),
        ("dkim=none", "dkim=pass header.d=x.example", ["dkim x.example none/pass differs"]),
        ("dkim=pass header.d=x.example", "dkim=none", ["dkim x.example pass/none differs"]),
        (
            "dkim=pass header.d=x.example", "dkim=pass header.d=y.example",
            [
                "dkim x.example pass/- differs", "dkim y.example -/pass not written then",
            ]
        ),
        ("dkim=pass header.d=x.example", "", ["dkim x.example pass/- not evaluated"]),
        (
            "dkim=timeout header.d=x.example", "dkim=temperror header.d=x.example",
            ["dkim x.example temperror/temperror agrees"]
        ),
        (
            "dmarc=bestguesspass header.from=x.example; arc=pass", "dmarc=none header.from=x.example; arc=fail",
            ["dmarc x.example none/none agrees", "arc - pass/fail differs"]
        ),
        ("x-tls=pass; iprev=pass", "", []),
    ])
    func compared(then: String, now: String, expected: [String]) throws {
        let comparisons = ResultComparison.compare(
            then: try results(then), now: try results(now),
            absence: ["spf": "unrecorded DNS", "dkim": "not evaluated"])
        let told = comparisons.map { item in
            let outcome =
                switch item.outcome {
                case .agrees: "agrees"
                case .differs: "differs"
                case .notComparable(let why): why
                }
            return "\(item.method) \(item.domain ?? "-") \(item.then ?? "-")/\(item.now ?? "-") \(outcome)"
        }
        #expect(told == expected)
    }
}
