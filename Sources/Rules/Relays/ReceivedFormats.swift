/// The formats of Received fields that are told apart, in the order they are tried.
enum ReceivedFormats {
    typealias Format = ReceivedFormat

    /// Web mailers that name their user or their product.
    static let squirrel = Format("{ip}{{\\b(?![.-]).{10,80}}}by {by} with HTTP")
    static let aolWeb = Format("{ip} by {by} ({address}) with HTTP (WebMailUI)")
    static let microsoftService = [Format("^{helo?} ([{ip}]{{[^)]{0,40}}}) by {by} with Microsoft SMTPSVC")]
    static let microsoftServer = [Format("^{helo} ({{\\[?}}{ip}{{(?:%[A-Z0-9._~-]*)?\\]?}}) by {by} ")]
    static let xmail = [Format("^{helo} ({{(?=\\[?)\\[?}}{ip}{{\\]?:\\d+}}) by {by}{{(?: \\(\\S+\\))?}} with [XMail")]
    static let ecelerity = [
        Format("^([{ip}:{{\\d+}}] helo={helo}) by {by} "), Format("^{word} ([{ip}:{{\\d+}}]) by {by} "),
    ]
    static let eximBare = Format("^[{ip}] ({sub}) by {by} ")
    static let exim = Format("^{rdns} ([{ip}]{sub}) by {by} ")
    static let eximOld = Format("^{rdns} [{ip}]{{(?::\\d+)?}} by {by} ")
    static let postfix = [
        Format("^{helo} ({rdns} [{ip}]) by {by} ", looksUp: true),
        Format("^{helo} ({rdns}[{ip}]) by {by} ", looksUp: true),
    ]
    static let scalix = [Format("^{helo} ({{ ?}}{ip}) by {by}")]
    static let domino = [Format("^{helo} ([{ip}]) by {by} (Lotus")]
    static let webForward = Format("^{ip} ([{address}]) by {by}")
    static let sendmail = Format("^{helo} ({rdns} [{ip}]{run}) by {by} (", looksUp: true)

    static let first = [
        Format("^{helo} ({rdns} [{ip}]) by {by} with {word} (", looksUp: true),
        Format("^{rdns} ([{ip}] helo={helo}) by {by} with "),
        Format("^{helo} (<unknown{word?}>[{ip}]) by {by} "),
        Format("^{helo} ({{=rdns=(\\S+\\.\\S+)}}[{ip}]) by {by} ", looksUp: true),
        Format("^{helo} ({ident?}@[{ip}]{run}) by {by} (", looksUp: true),
    ]
    static let second = [
        Format("^{rdns} ({{(?:HELO|EHLO)}} {helo?}) ({ip}) by {by} (qpsmtpd/{word}) with {{(?:ESMTP|SMTP)}}"),
        Format("^{rdns} (LHLO {helo?}) ({ip}) by {by} with LMTP"),
        Format("^{rdns} ({{(?:HELO|EHLO)}} {helo?}) [{ip}] by {by} ({{[^)]+}}) with {{(?:ESMTP|SMTP)}}"),
        Format("^{helo} ([{ip}]) by {by} via smtpd (for {word}) with SMTP("),
    ]
    /// qmail, with or without a greeting and an ident.
    static let qmail = ReceivedFormat(
        "^{word}{{(?: \\((?:HELO|EHLO) \\S*\\))?}} ({{(?:\\S+@)?\\[?}}{address}{{\\]?}}){{(?: \\(envelope-sender <\\S+>\\))? by \\S+(?: \\(.+\\))* with (?:.* )?(?:SMTP|QMQP)(?! id )}}"
    )
    static let qmailForms = [
        Format(
            "^{rdns} ({{(?:HELO|EHLO)}} {{=helo=([^ ()]*)}}) ({ident?}@{{\\[?}}{ip}{{\\]?}}){{(?: \\(envelope-sender <\\S+>\\))?}} by {by}"
        ),
        Format(
            "^{rdns} ({{(?:HELO|EHLO)}} {{=helo=([^ ()]*)}}) ({{\\[?}}{ip}{{\\]?}}){{(?: \\(envelope-sender <\\S+>\\))?}} by {by}"
        ),
        Format("^{rdns} ({ident?}@{{\\[?}}{ip}{{\\]?}}){{(?: \\(envelope-sender <\\S+>\\))?}} by {by}"),
        Format("^{rdns} ({{\\[?}}{ip}{{\\]?}}){{(?: \\(envelope-sender <\\S+>\\))?}} by {by}"),
    ]
    static let third = [
        Format("^[{ip}] by {by} via HTTP{{$}}"),
        Format("^{word} ( [{ip}]){any} by {by} "),
        Format("^({helo} [{ip}]) by {by} "),
        Format("^[{ip}] by {by} "),
        Format("^({{\\[?}}{ip}{{\\]?}}) by {by} "),
        Format("^{helo} [{ip}] by {by} [{address}] with ", looksUp: true),
        Format("^{helo} [({ip})] by {by} ({address}) "),
        Format("^{helo} ([{ip}]) by {by} (", looksUp: true),
    ]
    static let sendmailLoose = Format("^{helo} ({rdns} [{ip}]){any} by {by}{{\\b}}", looksUp: true)
    static let fourth = [
        Format("^{helo} ([{ip}{{(?:[.:]\\d+)?}}]){any} by {by} ", looksUp: true),
        Format("^{helo} ({rdns} [{ip}]){{(?: \\(authenticated bits=\\d+\\))?}} by {by} (", looksUp: true),
    ]
    static let qmailLoose = [
        Format(
            "^{rdns} ({{(?:HELO|EHLO)}} {{=helo=([^)]*)}}) ({{=ident=(?:(\\S*)@)?\\[?}}{ip}{{\\]?}}){run} by {by} ",
            looksUp: true),
        Format("^{rdns} ({{=ident=(?:(\\S*)@)?\\[?}}{ip}{{\\]?}}){run} by {by} ", looksUp: true),
    ]
    static let fifth = [
        Format("^[{ip}] by {by} with http for "),
        Format("^{rdns}({ip}) by {by} via smap ", looksUp: true),
        Format("^{rdns}({ip}, {{(?:HELO|EHLO)}} {helo?}) by {by} via smap ", looksUp: true),
        Format("^[{ip}] by {by} (Post"), Format("^[{ip}] by {by} (ArGoSoft"),
        Format("^{ip} by {by} ({{(?:SMTPL|InterScan)\\b}}"),
    ]
    static let sixth = [
        Format("^{helo} ({rdns} [{ip}]) by {by} with ", looksUp: true),
        Format("^{rdns} ({{(?:HELO|EHLO)}} {helo?}) ({{=ident=(?:(\\S+)@)?}}{ip}{any}) by {by} with ", looksUp: true),
        Format("^[{ip}] ({{(?:account \\S+ )?(?:HELO|EHLO)}} {helo?}) by {by} ("),
        Format("^{helo} ([{ip}] verified) by {by} ("),
        Format("^([{ip}]) by {by} with "),
        Format("^{{=helo=([^\\d]\\S+)}} ({ip}) by {by} "),
    ]
    static let seventh = [
        Format("^{helo} ([{ip}] [{word}]) by {by} with "),
        Format("^{ip} by {by} with "),
        Format("^{helo} ({rdns}[{ip}]) by {by} ", looksUp: true),
        Format("^[{ip}]{word} ({{(?:HELO|EHLO)}} {helo?}) by {by} "),
        Format("^{ip} ({{(?:HELO|EHLO)}} {helo?}) by {by} "),
        Format("^{helo} [{ip}] by {by} "),
        Format("^{rdns}({ip}) by {by} "),
        Format("^[{ip}] by {by} (MailGate "),
        Format("^{helo} (unverified [{ip}]) by {by} "),
        Format("^{ip} ({{[A-Za-z][^)]+}}) by {by} with "),
    ]
    static let bracketed = Format("^[{ip}] ({sub}) by {by} ")
    static let eighth = [Format("^{rdns} ({{(?:\\S+@)?}}{ip}) by {by} with ")]
    static let viaSmtpd = Format("^{rdns}({ip}){{=helo=(?:, claiming to be \"(\\S+)\")?}} via {word} by {by},")
    static let ninth = [
        Format("^{helo} ({word}@{ip} with login) by {by} with SMTP"),
        Format("^X-Originating-IP: {ip}{{$}}"),
    ]
    static let upper = Format(
        "^{helo} ({rdns} [{ip}]) BY {by} {{(?:\\([^)]+\\) WITH SMTP )?ID <?(?:\\S+?)>?(?: FOR <[^>]+>)?$}}",
        looksUp: true)
    static let norton = Format("^{helo?} [{ip}]) by {by} (NAVGW {any}) with ")

    /// Hand-overs inside one machine or one system: nothing is learned from them, and nothing is wrong.
    static let ignored: [String] = [
        #"^\S+ \([^\s@]+@LOCAL\) by \S+ \("#, #"^\S+ \S+ by \S+ with local-e?smtp "#,
        #"^127\.0\.0\.1 \(AVG SMTP \S+ \[\S+\]\)"#, #"^\S+@\S+ by \S+ "#, #"^Unknown/Local \("#,
        #"^LOCAL \((?:\S+@)?LOCAL[)\[]"#, #"^\S+ \((?:\S+@)?LOCAL\) "#, #"^\S+ \(\S+@\S+ \[LOCAL\]\) "#,
        #"^\(AUTH: \S+\) by \S+ with "#, #"^localhost \(localhost \[\[UNIX: localhost\]\]\) by "#,
        #"^\S+\.amazon\.com by \S+\.amazon\.com with ESMTP \(peer crosscheck: "#,
        #"^[^.]+ by \S+ with Novell_GroupWise"#,
        #"^no\.name\.available by \S+ via smtpd \(for "#,
    ]
    static let ignoredLate: [String] = [
        #"^\S+ by \S+ with local"#, #"^\S+ \(\[unix socket\]\) by \S+ \(Cyrus v[0-9]*?\.[0-9]*?\.[0-9]*?\) with LMTPA"#,
        #"^\S+ by \S+ (?:with|via|for|\()"#, #"^\S+ (?:(?:with|via|for) \S+|\(unverified\)) by\b"#,
        #"^\S+ \(unknown\) by \S+ \(SG\) with \b"#, #"^\S+ \(\S+ \[local\]\) by \S+ \(OpenSMTPD\) with \b"#,
        #"\(LSMTP for"#, #"^\(\[LOCAL\]\) with MailEnable "#,
        #"^facebook\.com \([^)]+\) by facebook\.com with Thrift id \S+$"#,
        #"^\S+ named \S+ by gmailapi\.google\.com with HTTPREST$"#, #"^\S+ id \S+$"#, #"^\[<.*? \(Jetsend"#,
    ]
}
