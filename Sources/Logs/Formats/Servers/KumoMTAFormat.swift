import Values

/// KumoMTA's log: a JSON object a line for each reception, delivery, bounce and the like, as `log_record` describes it.
struct KumoMTAFormat: LogFormat {
    static let name = "kumomta"

    private static let types: Set<String> = [
        "Reception", "Delivery", "Bounce", "TransientFailure", "Expiration", "AdminBounce", "OOB", "Feedback",
        "Rejection",
        "AdminRebind", "Delayed", "DeferredInjectionRebind", "XferOut", "XferIn",
    ]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) { line in
            guard line.first == .ascii("{"), let fields = LogJSON.fields(of: line) else { return false }
            return LogJSON.value("type", in: fields).map { types.contains($0) } ?? false
                && LogJSON.value("id", in: fields) != nil && LogJSON.value("queue", "sender", in: fields) != nil
        } * 97 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let fields = LogJSON.fields(of: line.text), let type = LogJSON.value("type", in: fields),
            KumoMTAFormat.types.contains(type)
        else { return .unknown }
        func value(_ name: String) -> String? { LogJSON.value(name, in: fields) }
        var record = line.record(KumoMTAFormat.kind(type))
        var time = Array((value("event_time") ?? value("timestamp") ?? "").utf8)[...]
        if let instant = ShapedTime.takeEpoch(from: &time) {
            record.instant = instant
        } else if let instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock) {
            record.instant = instant
        }
        record.message = value("id")
        record.session = value("session_id")
        record.host = value("nodeid") ?? line.host
        record[.sender] = value("sender") ?? ""
        record[.size] = value("size")
        record[.stage] = type
        record[.transport] = value("queue")
        record[.count] = value("num_attempts")
        record[.verdict] = value("bounce_classification").flatMap { $0 == "Uncategorized" ? nil : $0 }
        record[.protocolName] = value("delivery_protocol") ?? value("reception_protocol")
        record[.tlsVersion] = value("tls_protocol_version")
        record[.cipher] = value("tls_cipher")
        let peer = value("peer_address.addr")
        let end = peer.flatMap { Array($0.utf8)[...].endpoint }
        if type == "Reception" || type == "Rejection" {
            record[.client] = end?.address.description
            record[.clientPort] = end?.port.map { String($0) }
            record[.helo] = value("peer_address.name")
        } else {
            record[.nextHop] = value("peer_address.name")
            record.setNextHop(end)
        }
        switch type {
        case "Delivery", "XferOut": record[.status] = "sent"
        case "TransientFailure", "Delayed": record[.status] = "deferred"
        case "Bounce", "AdminBounce": record[.status] = "bounced"
        case "Expiration": record[.status] = "expired"
        default: break
        }
        record[.reply] = value("response.content")
        if let code = value("response.code"), code != "0" { record[.code] = code }
        if record.kind == .reject, record[.code]?.hasPrefix("4") ?? false { record.kind = .defer }
        let enhanced = ["class", "subject", "detail"].compactMap { value("response.enhanced_code.\($0)") }
        if enhanced.count == 3 { record[.enhancedCode] = enhanced.joined(separator: ".") }
        record[.stage] = value("response.command").map { String($0.prefix(64)) } ?? type
        for field in fields where field.name.hasPrefix("headers.") {
            let name = field.name.dropFirst(8)
            if name.equalsIgnoringASCIICase("subject") { record[.subject] = field.value }
            if name.equalsIgnoringASCIICase("message-id") {
                record[.messageID] = Array(field.value.utf8)[...].trimmed.unbracketed.value
            }
        }
        record[.authenticated] = value("meta.authn_id")
        let recipients = fields.filter { $0.name == "recipient" || $0.name.hasPrefix("recipient.") }.map(\.value)
        if recipients.isEmpty { records.append(record) }
        for recipient in recipients.prefix(1000) {
            record[.recipient] = recipient
            records.append(record)
        }
        return .read
    }

    private static func kind(_ type: String) -> LogRecord.Kind {
        switch type {
        case "Reception", "XferIn": .message
        case "Rejection": .reject
        case "OOB", "Feedback": .notification
        case "AdminRebind", "DeferredInjectionRebind": .note
        default: .delivery
        }
    }
}
