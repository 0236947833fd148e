import Expressions
import Values

extension EvaluationFunctions {
    /// Mail that claims to come from a large provider, and whether its Received fields are the provider's.
    static let forgeryFunctions: [String: EvaluationFunction] = [
        "check_for_fake_aol_relay_in_rcvd": { scope in
            let received = scope.collapsed("Received")
            return scope.has(aolRelays, received) && !scope.has(aolMarks, received)
        },
        "check_for_forged_hotmail_received_headers": { hotmail($0).isForged },
        "check_for_no_hotmail_received_headers": { hotmail($0).isMissing },
        "check_for_msn_groups_headers": isFromGroups,
        "check_for_forged_eudoramail_received_headers": { scope in
            guard scope.has(eudoramail, scope.text("From:addr")) else { return false }
            let hasAddress = scope.has(ReceivedFormat.address, scope.text("X-Sender-Ip"))
            if passedThroughRemover(scope) { return false }
            return !(hasAddress && scope.has(whowhere, scope.collapsed("Received")))
        },
        "check_for_forged_yahoo_received_headers": { scope in
            let from = scope.text("From:addr")
            guard scope.has(yahoo, from) else { return false }
            var received = scope.collapsed("Received")
            if !scope.text("Resent-From").isEmpty, !scope.text("Resent-To").isEmpty {
                let other = scope.collapsed("X-Received")
                if !other.isEmpty { received = other }
            }
            if passedThroughRemover(scope) { return false }
            let relays = scope.message.relays
            if scope.has(yahooRelay, Bytes(relays.trustedText))
                || scope.has(firstYahooRelay, Bytes(relays.untrustedText))
            {
                return false
            }
            if scope.has(yahooServers, received) { return false }
            return !(scope.has(yahooBulk, received) && scope.has(yahooReply, from))
        },
        "check_for_forged_juno_received_headers": { scope in
            guard scope.has(juno, scope.text("From:addr")), !passedThroughRemover(scope) else { return false }
            let (origin, mailer, received) = (
                scope.text("X-Originating-IP"), scope.text("X-Mailer"), scope.text("Received")
            )
            if !origin.isEmpty {
                if !scope.has(junoRelay, received), !scope.has(junoCookie, received) { return true }
                return mailer.withSpan { $0.firstIndex(of: "Juno ") == nil }
            }
            if scope.has(mailCom, received) {
                if !scope.has(mailComMailer, mailer) { return true }
            } else if scope.has(junoWeb, received) {
                if !scope.has(junoWebMailer, mailer) { return true }
            } else {
                return true
            }
            return !scope.has(ReceivedFormat.address, origin)
        },
        "check_for_forged_gmail_received_headers": { scope in
            guard scope.has(gmail, scope.text("From:addr")) else { return false }
            if scope.has(gmailOrigin, scope.text("X-Received")) { return false }
            if scope.has(googlemail, scope.text("Received")) { return false }
            return !(scope.text("X-Gm-Message-State").count >= 60 && scope.text("X-Google-Smtp-Source").count >= 60)
        },
        "check_for_forged_gw05_received_headers": { scope in
            guard let groups = scope.matcher.groups(of: gateway, in: scope.text("Received")), let by = groups[1] else {
                return false
            }
            return !scope.text("Received")[by].contains(.dot)
        },
    ]

    private static let address = ReceivedFormat.addressPattern
    private static let aolRelays = Expression(known: #" rly-[a-z][a-z]\d\d\."#, .ignoringCase)
    private static let aolMarks = Expression(known: #"/AOL-\d+\.\d+\.\d+\)|ESMTP id (?:RELAY|MAILRELAY|MAILIN)"#)
    private static let eudoramail = Expression(known: #"\beudoramail\.com$"#, .ignoringCase)
    private static let whowhere = Expression(known: #"by \S*whowhere.com;"#)
    private static let yahoo = Expression(known: #"\byahoo\.com$"#, .ignoringCase)
    private static let yahooRelay = Expression(known: #" rdns=\S+\.yahoo\.com "#)
    private static let firstYahooRelay = Expression(known: #"^[^\]]+ rdns=\S+\.yahoo\.com "#)
    private static let yahooServers = Expression(
        known:
            #"by web\S+\.mail\S*\.yahoo\.com via HTTP|by sonic\S+\.consmr\.mail\S*\.yahoo\.com with HTTP|by smtp\S+\.yahoo\.com with SMTP|from \["#
            + address
            + #"\] by \S+\.(?:groups|scd|dcn)\.yahoo\.com with NNFMP|by \w+\.\w+\.yahoo\.com \(\d+\.\d+\.\d+/\d+\.\d+\.\d+\)(?: with ESMTP)? id \w+"#
    )
    private static let yahooBulk = Expression(known: #"\bmailer\d+\.bulk\.scd\.yahoo\.com\b"#)
    private static let yahooReply = Expression(known: #"@reply\.yahoo\.com$"#, .ignoringCase)
    private static let juno = Expression(known: #"\bjuno\.com$"#, .ignoringCase)
    private static let junoRelay = Expression(known: #"from.*\b(?:juno|untd)\.com.*[\[(]"# + address + #"[\])].*by"#)
    private static let junoCookie = Expression(known: #" cookie\.(?:juno|untd)\.com "#)
    private static let mailCom = Expression(known: #"from.*\bmail\.com.*\["# + address + #"\].*by"#)
    private static let mailComMailer = Expression(known: #"\bmail\.com"#)
    private static let junoWeb = Expression(known: #"from (webmail\S+\.untd\.com) \(\1 \["# + address + #"\]\) by"#)
    private static let junoWebMailer = Expression(known: #"^Webmail Version \d"#)
    private static let gmail = Expression(known: #"\bgmail\.com$"#, .ignoringCase)
    private static let gmailOrigin = Expression(
        known: #"by 10\.\S+ with SMTP id \S+|by 2002:a\d\d:\w+:\S+ with SMTP id \S+"#)
    private static let googlemail = Expression(known: #"by smtp\.googlemail\.com with ESMTPSA id \S+"#)
    private static let gateway = Expression(
        known:
            #"\nfrom\s\S+\sby\s(\S+)\swith\sESMTP;\s+\S\S\S,\s+\d+\s+\S\S\S\s+\d{4}\s+\d\d:\d\d:\d\d\s+[-+]*\d{4}\n$"#)

    private static let pickup = Expression(known: #"from mail pickup service by hotmail\.com with Microsoft SMTPSVC;"#)
    private static let outlookOrigin = Expression(known: #"hotmail\.com|msonline-outlook"#)
    private static let byAddress = Expression(
        known: #"from (?:\S*\.)?hotmail.com \(\S+\.hotmail(?:\.msn)?\.com[ )]|from \S*\.hotmail.com \(\["# + address
            + #"\][ ):]|from \S+ by \S+\.hotmail(?:\.msn)?\.com with HTTP;|from \[66\.218.\S+\] by \S+\.yahoo\.com"#)
    private static let byOrigin = Expression(
        known:
            #"from \S*\.outbound\.protection\.outlook\.com \(\S+\.outbound\.protection\.outlook\.com[ )]|from \S*\.(?:eur|nam)prd\d+\.prod\.outlook\.com \("#
            + address + #"\)"#)
    private static let claimsHotmail = Expression(known: #"(?:from |HELO |helo=)\S*hotmail\.com\b"#)
    private static let fromHotmail = Expression(known: #"\bhotmail\.com$"#, .ignoringCase)

    private static func hotmail(_ scope: EvaluationScope) -> (isForged: Bool, isMissing: Bool) {
        if let known = scope.message.memory.hotmail { return known }
        let result = hotmailFindings(scope)
        scope.message.memory.hotmail = result
        return result
    }

    private static func hotmailFindings(_ scope: EvaluationScope) -> (isForged: Bool, isMissing: Bool) {
        let received = scope.collapsed("Received")
        if scope.has(pickup, received) || isFromGroups(scope) || passedThroughRemover(scope) { return (false, false) }
        let hasAddress = scope.has(ReceivedFormat.address, scope.text("X-Originating-Ip"))
        let hasOrigin = scope.has(outlookOrigin, scope.text("X-OriginatorOrg"))
        if hasAddress, scope.has(byAddress, received) { return (false, false) }
        if hasOrigin, scope.has(byOrigin, received) { return (false, false) }
        if scope.has(claimsHotmail, received) { return (true, false) }
        return (false, scope.has(fromHotmail, scope.text("From:addr")))
    }

    private static let groupAddress = Expression(known: #"<(\S+)@groups\.msn\.com>"#, .ignoringCase)
    private static let groupServer = Expression(known: #"from mail pickup service by ((?:p\d\d\.)groups\.msn\.com)\b"#)

    private static let isFromGroups: EvaluationFunction = { scope in
        guard let list = scope.matcher.capture(1, of: groupAddress, in: scope.text("To")),
            let server = scope.matcher.capture(1, of: groupServer, in: scope.text("Received"))
        else { return false }
        let id = scope.text("Message-Id")
        if list.lossyString == "notifications" {
            return scope.has(Expression(known: "^<\\S+@\(server.lossyString)>"), id)
        }
        let name = quoted(list)
        return scope.has(Expression(known: "^<\(name)-\\S+@groups\\.msn\\.com>"), id)
            && scope.has(Expression(known: "\(name)-bounce@groups\\.msn\\.com"), scope.text("EnvelopeFrom:addr"))
    }
}
