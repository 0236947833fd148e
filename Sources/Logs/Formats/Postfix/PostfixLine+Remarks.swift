import Values

/// What Postfix's programs say in passing: words that change no fate.
extension PostfixLine {
    /// What programs say about a message behind its queue id.
    func aside(at start: Int, into record: inout LogRecord) -> Bool {
        if has("SASL ", at: start), let failed = text.index(of: "authentication failed; ", from: start) {
            for lead in ["server ", "cannot authenticate to server ", "authentication protocol loop with server "]
                as [StaticString] where has(lead, at: failed + 23)
            {
                _ = hop(at: failed + 23 + lead.utf8CodeUnitCount, into: &record)
            }
            (record.kind, record[.status]) = (.authentication, "fail")
            record.set(.reason, start..<text.endIndex)
            return true
        }
        if has("abort: TLS from ", at: start) {
            endpoint(at: start + 16, isClient: true, into: &record)
            (record.kind, record[.status]) = (.tls, "fail")
            record.set(.reason, start..<text.endIndex)
            return true
        }
        if has("message rejected: ", at: start) {
            record.kind = .reject
            record[.stage] = "content"
            record.set(.reason, start + 18..<text.endIndex)
            return true
        }
        guard PostfixLine.asides.contains(where: { has($0, at: start) }) else { return false }
        if has("enabling PIX workarounds: ", at: start), let end = text.last(" for ") {
            endpoint(at: end.upperBound, isClient: false, into: &record)
        }
        return remark(at: start, into: &record)
    }

    /// Words that are told as they are.
    func remark(at start: Int, into record: inout LogRecord) -> Bool {
        record.kind = .note
        record.set(.reason, start..<text.endIndex)
        return true
    }

    /// How words about a message begin that tell nothing more than they say.
    private static let asides: [StaticString] = [
        "enabling PIX workarounds: ", "Cannot start TLS: ", "Server certificate not ", "TLS is required",
        "breaking line", "host ", "copied", "unable to look up", "Server did not", "TLSRPT: ", "canonical", "expired",
        "queue file", "certificate verification failed", "untrusted issuer", "no longer", "forced expiration",
        "force-expire", "Host offered STARTTLS: ", "replacing command ", "replacing server reply ",
        "sending defer warning for ", "enabling VERP for ", "passing <", "ignoring ", "discarding EHLO keywords: ",
        "to prevent loss of mail, ", "Milter request ", "reset sender", "message size ", "uncoded ", "non-SMTP ",
        "using backwards-compatible default setting ", "read timeout on ", "Requesting ", "REQUIRETLS",
    ]

    /// What is said of no message and of no level: words of the program itself, or of TLS with a peer.
    func aside(into record: inout LogRecord) -> Outcome {
        let start = text.startIndex
        if has("certificate verification failed for ", at: start) {
            endpoint(at: start + 36, isClient: isServer, into: &record)
        } else if has("Refusing ", at: start) || has("Wrapper-mode request dropped from ", at: start) {
            // `Refusing STARTTLS request from name[192.0.2.1] for service smtp`: there is no certificate, or the like.
            if let from = text.index(of: " from ", from: start) {
                endpoint(at: from + 6, isClient: true, into: &record)
            }
            (record.kind, record[.status]) = (.tls, "fail")
        } else if has("reject: ETRN ", at: start), let from = text.index(of: " from ", from: start) {
            endpoint(at: from + 6, isClient: true, into: &record)
            (record.kind, record[.stage]) = (.reject, "ETRN")
        } else if let open = text.index(of: .ascii("["), from: start),
            let close = text.index(of: .ascii("]"), from: open),
            text[start..<open].index(of: .space, from: start) == nil,
            text[(open + 1)..<close].address != nil, has(":", at: close + 1)
        {
            // `mx.example[192.0.2.1]:25: subject_CN=mx.example, issuer=…`, `… Matched subjectAltName: mx.example`.
            endpoint(at: start, isClient: isServer, into: &record)
        } else if PostfixLine.remarks.contains(where: { has($0, at: start) }) {
            record.kind = .note
        } else {
            return .unknown
        }
        record.set(.reason, text.indices)
        return .told
    }

    /// How words begin that stand without a queue id and tell nothing more than they say.
    private static let remarks: [StaticString] = [
        "Host offered STARTTLS: ", "SASL authentication ", "discarding EHLO keywords: ", "close database ",
        "open smtp", "entering STRESS mode", "leaving STRESS mode", "ignoring ", "milter ", "saving corrupt file ",
        "untrusted issuer", "using DANE RR: ", "using backwards-compatible default setting ", "TLSRPT: ",
        "replacing command ", "Policy action=", "skipping ", "dropping ", "to prevent loss of mail, ",
        "unable to ", "Using ", "rotating ", "message size ", "host ", "mail for ", "please update ",
        "mapping DSN status ", "Requesting ",
    ]

    /// What is written where a peer is traced (`debug_peer_list`) or more is told (`-v`): a function's name, or a banner.
    var isTrace: Bool {
        let start = text.startIndex
        let leads: [StaticString] = [
            ">>> ", "< ", "<<< ", "input attribute ", "send attr ", "trying... ", "connection established",
            "connecting to ", "name_mask: ", "watchdog", "re-using session ", "looking for session ", "save session ",
            "reloaded session ", "remove session ", "delete ", "write to ", "read from ", "TLS cipher list ",
            "rewrite socket: ", "fsspace: ", "depth=", "mynetworks: ", "SSL3 alert ", "private/", "public/",
            "connection closed",
        ]
        if leads.contains(where: { has($0, at: start) }) { return true }
        // A dump of what TLS sent: `0000 16 03 01 …`.
        if text.count > 5, text[start + 4] == .space, text[start..<start + 4].allSatisfy({ $0.hexDigitValue != nil }),
            text.prefix(8).dropFirst(5).contains(where: { $0.hexDigitValue != nil })
        {
            return true
        }
        let name = text.prefix { $0.isAlphanumeric || $0 == .ascii("_") }
        guard name.contains(.ascii("_")), name.endIndex < text.endIndex else { return false }
        return text[name.endIndex] == .colon || text[name.endIndex] == .space
    }
}
