import Values

/// What OpenSMTPD reports to filters (smtpd-filters(7)): `report|0.7|1576147242.200225|smtp-in|link-connect|7641…|…`,
/// of all versions of the protocol.
struct OpenSMTPDReportFormat: LogFormat {
    static let name = "opensmtpd-report"

    private var sessions = RecentTable<DialogueTracker>(limit: 4_096)

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) {
            ($0.begins("report|") || $0.begins("filter|"))
                && ($0.first("|smtp-in|") != nil || $0.first("|smtp-out|") != nil)
                || $0.begins("config|")
        } * 98 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.begins("config|") { return .read }
        let isFilter = line.text.begins("filter|")
        guard isFilter || line.text.begins("report|") else { return .unknown }
        var rest = line.text
        var head: [LogText] = []
        while head.count < 6, let field = rest.take(until: .ascii("|")) { head.append(field) }
        if head.count == 5 {
            head.append(rest)
            rest = []
        }
        guard head.count == 6, head[3].begins("smtp-") else { return .unknown }
        var base = line.record(.note)
        var time = head[2]
        base.instant = ShapedTime.takeEpoch(from: &time) ?? base.instant
        base.session = head[5].value
        // A filter request repeats what a report tells.
        if isFilter { return .read }
        let key = Array(head[5].prefix(64))
        var tracker = sessions[key] ?? DialogueTracker(isOutbound: head[3].elementsEqual("smtp-out".utf8))
        tell(head[4].string, rest, base, &tracker, into: &records)
        sessions[key] = head[4].elementsEqual("link-disconnect".utf8) ? nil : tracker
        return .read
    }

    private func tell(
        _ event: String, _ text: LogText, _ base: LogRecord, _ tracker: inout DialogueTracker,
        into records: inout [LogRecord]
    ) {
        var record = base
        let fields = text.split(separator: .ascii("|"), omittingEmptySubsequences: false)
        func field(_ index: Int) -> LogText { fields.indices.contains(index) ? fields[index] : [] }
        switch event {
        case "protocol-client": return tracker.client(text, base, into: &records)
        case "protocol-server": return tracker.server(text, base, into: &records)
        case "link-connect":
            record.kind = .connect
            // Name, whether it is confirmed, source, destination.
            let (near, far): (LogText, LogText) = tracker.isOutbound ? (field(2), field(3)) : (field(3), field(2))
            if tracker.isOutbound {
                tracker.know(.nextHop, field(0).value)
                tracker.know(.nextHopAddress, far.endpoint?.address.description)
                tracker.know(.nextHopPort, far.endpoint?.port.map { String($0) })
            } else {
                tracker.know(.client, far.endpoint?.address.description)
                tracker.know(.clientPort, far.endpoint?.port.map { String($0) })
                tracker.know(.clientName, field(0).value)
            }
            tracker.know(.listener, near.value)
            record[.status] = field(1).value
        case "link-disconnect": record.kind = .disconnect
        case "link-identify":
            // From version 0.5 on the method comes first.
            record[.helo] = (fields.count > 1 ? field(1) : field(0)).value
        case "link-tls":
            record.kind = .tls
            record[.status] = "pass"
            record.setTLS(text)
        case "link-auth":
            // Version 0.7 put the result first.
            record.kind = .authentication
            let isFirst = OpenSMTPDReportFormat.isResult(field(0)) && fields.count == 2
            record[.status] = (isFirst ? field(0) : fields.last ?? []).elementsEqual("pass".utf8) ? "pass" : "fail"
            record[.user] = (isFirst ? field(1) : text.dropLast((fields.last?.count ?? 0) + 1)).value
            record[.protocolName] = "smtp"
            if record[.status] == "pass" { tracker.know(.authenticated, record[.user]) }
        case "tx-mail", "tx-rcpt":
            // Message, address and result; from version 0.6 on the result comes before the address, which may have a bar.
            record.message = field(0).value
            let isBefore = OpenSMTPDReportFormat.isResult(field(1))
            let result = isBefore ? field(1) : fields.last ?? []
            let address =
                isBefore
                ? text.dropFirst(field(0).count + field(1).count + 2)
                : text.dropFirst(field(0).count + 1).dropLast(result.count + 1)
            record[event == "tx-mail" ? .sender : .recipient] = address.unbracketed.string
            record[.stage] = event == "tx-mail" ? "MAIL" : "RCPT"
            record[.status] = result.value
            record.kind =
                result.elementsEqual("ok".utf8) ? .message : result.elementsEqual("permfail".utf8) ? .reject : .defer
        case "tx-begin", "tx-data", "tx-reset", "tx-rollback", "tx-envelope":
            record.message = field(0).value
            record[.reason] = event
            record[.status] = event == "tx-data" ? field(1).value : nil
        case "tx-commit":
            record.kind = .message
            record.message = field(0).value
            record[.size] = field(1).value
        case "filter-response":
            record[.stage] = field(0).value
            record[.verdict] = field(1).value
            record.setReply(field(2))
            switch field(1).string {
            case "reject", "disconnect": record.kind = field(2).first == .ascii("4") ? .defer : .reject
            default: break
            }
        default: record[.reason] = LogText(Array("\(event) ".utf8) + text).value
        }
        for known in tracker.known where record[known.name] == nil { record[known.name] = known.value }
        records.append(record)
    }

    private static func isResult(_ text: LogText) -> Bool {
        ["ok", "permfail", "tempfail", "pass", "fail", "error"].contains(text.string)
    }
}
