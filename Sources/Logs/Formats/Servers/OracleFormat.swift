import Values

/// The log of Oracle Communications Messaging Server in XML: an element a line, `<co ts="2014-06-02T22:02:13.94"
/// ap="TCP|198.51.100.25|465|192.0.2.1|60766" us="ann" di="535 5.7.8 Bad username or password"/>`.
struct OracleFormat: LogFormat {
    static let name = "oracle-messaging"

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) {
            $0.first == .ascii("<") && $0.prefix(5).first(" ") != nil && $0.prefix(12).first(" ts=\"") != nil
        }
            * 95 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard line.text.first == .ascii("<"), let end = line.text.first(" ts=\"") else { return .unknown }
        let element = line.text[(line.text.startIndex + 1)..<end.lowerBound].string
        var record = line.record(.note)
        var values: [String: LogText] = [:]
        var rest = line.text[end.lowerBound...]
        // Values are quoted, and quotation marks within them are written as entities.
        while values.count < 60, let mark = rest.first("=\"") {
            let name = rest[..<mark.lowerBound].trimmed
            let value = rest[mark.upperBound...].prefix { $0 != .quote }
            if name.count <= 8, values[name.string] == nil { values[name.string] = value }
            rest = rest[min(value.endIndex + 1, rest.endIndex)...]
        }
        var time = values["ts"] ?? []
        record.instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock) ?? line.instant
        record.session = values["pi"]?.value
        record[.user] = values["us"]?.value
        record[.sender] = values["fr"].map { $0.string }
        record[.recipient] = values["to"]?.value
        record[.size] = values["sz"]?.value
        record[.transport] = values["sc"]?.value
        record[.messageID] = values["mi"].flatMap { $0.contains(.at) ? $0.unbracketed.value : nil }
        // Transport, our address and port, theirs.
        let ends = (values["ap"] ?? []).split(separator: .ascii("|"), omittingEmptySubsequences: false)
        if ends.count >= 5 {
            record[.client] = ends[3].address?.description
            record[.clientPort] = ends[4].value
            record[.listener] = "\(ends[1].string):\(ends[2].string)"
        }
        if let said = values["di"] { record.setReply(said) }
        let code = record[.code] ?? ""
        switch element {
        case "co": record.kind = .connect
        case "en": record.kind = .message
        case "de": (record.kind, record[.status]) = (.delivery, "sent")
        default: break
        }
        if code == "535" {
            (record.kind, record[.status], record[.protocolName]) = (.authentication, "fail", "smtp")
        } else if code.hasPrefix("5") {
            record.kind = .reject
        } else if code.hasPrefix("4") {
            record.kind = .defer
        }
        records.append(record)
        return .read
    }
}
