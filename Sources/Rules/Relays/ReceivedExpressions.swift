import Expressions

/// What Received fields are searched for.
enum ReceivedExpressions {
    private static let nameBytes = #"-A-Za-z0-9.^+_&:=?!@%*$\\/"#
    static let start = Expression(known: #"^\(?from "#, .ignoringCase)
    static let localFor = Expression(known: #"\bwith local for\b"#)
    static let noTime = Expression(known: #"^from (\S+) by [^\s;]+ ?;"#, .ignoringCase)
    static let bracketed = Expression(known: #"^\[[\d.]+\]$"#)
    static let date = Expression(
        known:
            #"[\s;]+(?:(?:Mon|Tue|Thu|Wed|Fri|Sat|Sun), )?\d+ (?:Jan|Jun|Jul|Feb|Mar|May|Apr|Aug|Sep|Oct|Nov|Dec) \d+ \d+:\d+(?::\d+)? \S+$"#
    )
    static let id = Expression(known: #" id <?([^\s<>;]{3,})"#)
    static let helo = Expression(known: "\\bhelo=([\(nameBytes)]+)(?:[^\(nameBytes)]|$)")
    static let greeting = Expression(known: "\\b(?:HELO|EHLO) ([\(nameBytes)]+)(?:[^\(nameBytes)]|$)")
    static let by = Expression(known: #" by (\S+)(?:[^-A-Za-z0-9;.]|$)"#)
    static let authenticatedProtocol = Expression(
        known: #" with ((?:ES|L|UTF8S|UTF8L)MTPS?A|ASMTP|HTTP[SU]?)(?: |;|$)"#, .ignoringCase)
    static let googleSubmission = Expression(
        known:
            #" by mx\.google\.com with ESMTPS id [a-z0-9]{1,4}sm[0-9]{2,9}[a-z]{3}\.[0-9]{1,3}\.[0-9]{4}\.(?:[0-6][0-9]\.){4}[0-6][0-9].*\(version=([^ ]+) cipher=([^)]+)\)"#
    )
    static let authMechanism = Expression(
        known: #"^from .*?(?:\]\)|\)\]) \(AUTH: (LOGIN|PLAIN|DIGEST-MD5|CRAM-MD5) \S+(?:, .*?)?\) by "#)
    static let sendmailAuthenticated = Expression(
        known: #"^from .*?(?:\](?: \([^)]*\))?\)|\)\]) .*?\(.*?authenticated.*?\).*? by"#)
    static let gmx = Expression(
        known: #"from \S* \((?:HELO|EHLO) \S*\) \[[^\]]+\] by (mail\.gmx\.(?:net|com)) \([^)]+\) with (ESMTP|SMTP)"#)
    static let criticalPath = Expression(
        known: #"\) by .+ \(\d{1,2}\.\d\.\d{3}(?:\.\d{1,3})?\) \(authenticated as .+\) id "#)
    static let authenticatedSender = Expression(known: #"\) \(Authenticated sender: \S+\) by \S+ \(([^)]+)\) with "#)
    static let communigate = Expression(known: #"CommuniGate Pro (?:HTTP|SMTP|XIMSS|IMAP)"#)
    static let exchangeDAV = Expression(known: #" with Microsoft Exchange Server HTTP-DAV\b"#)
    static let viaHTTP = Expression(known: #" \(via (HTTP.?)\)(?: |;|$)"#, .ignoringCase)
    static let envelopeFrom = Expression(
        known: #"(?:return-path:? |envelope-(?:sender|from)[ =])(\S+)\b"#, .ignoringCase)
    static let squirrel = Expression(known: #" \((?:SquirrelMail|NaSMail) authenticated user "#)
    static let pickup = Expression(known: #"^mail pickup service by (\S+) with Microsoft SMTPSVC$"#)
    static let microsoft = Expression(
        known: #" with (?:Microsoft SMTP Server|mapi id) (?:\([^)]+\) )?\d+\.\d+\.\d+\.\d+(?:$| )"#)
    static let xmailID = Expression(known: #" id <(\S+)>"#)
    static let xmailFrom = Expression(known: #" from <(\S+)>"#)
    static let withLocal = Expression(known: #"\bwith local(?:-\S+)? "#)
    static let firstWord = Expression(known: #"^(\S+) "#)
    static let parenthesized = Expression(known: #" \((\S+)\) "#)
    static let bracketedAddress = Expression(known: " \\[(\(ReceivedFormat.addressPattern))(?:\\.\\d+)?\\] ")
    static let byWord = Expression(known: #"by (\S+) "#)
    static let detailHelo = Expression(known: #"helo=(\S+)"#)
    static let detailIdent = Expression(known: #"ident=(\S*)"#)
    static let withHTTP = Expression(known: #"\bwith HTTP\b"#)
    static let qmailBy = Expression(known: #" by \S+ \(qmail-\S+\) with "#)
    static let hotmailBy = Expression(known: #"by (\S+\.hotmail\.msn\.com) "#)
    static let leadingAddress = Expression(known: "^(\(ReceivedFormat.addressPattern)) ")
    static let mailboxProtocol = Expression(known: #"with (?:POP3|IMAP)"#)
    static let batch = Expression(known: #"^\S+ by \S+ with BSMTP"#)
    static let contentTechnologies = Expression(known: #"^\S+ \(\S+\) by \S+ \(Content Technologies "#)
    static let qmailScanner = Expression(known: #"^\S+ by \S+ \(.{0,100}\) with qmail-scanner"#)
    static let leadingWord = Expression(known: #"^(\S+)[^-A-Za-z0-9.]"#)
    static let anyBracketed = Expression(known: "\\[(\(ReceivedFormat.addressPattern))\\]")
    static let localUser = Expression(known: #"^\S+@localhost\) by \S+ "#)
    static let queueMail = Expression(known: #"^[^\s@]+@[^)]+\) by \S+\(jqueuemail\) id [^\s;]+"#)
    static let upperID = Expression(known: #" ID <?(\S+?)>?(?: FOR <[^>]+>)?$"#)
    static let ignored = ReceivedFormats.ignored.map { Expression(known: withLocal($0)) }
    static let ignoredLate = ReceivedFormats.ignoredLate.map { Expression(known: withLocal($0)) }

    private static func withLocal(_ pattern: String) -> String {
        var rest = pattern[...]
        var result = ""
        while let place = rest.range(of: "LOCAL", isLast: false) {
            result += rest[..<place.lowerBound] + ReceivedFormat.localhost
            rest = rest[place.upperBound...]
        }
        return result + rest
    }
}
