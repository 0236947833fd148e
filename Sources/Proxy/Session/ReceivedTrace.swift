import Mail
import Screening
import Values

/// The Received field by which a host tells that a message passed it (RFC 5321 §4.4).
struct ReceivedTrace: Sendable, Hashable {
    /// The host's name.
    let hostname: String

    /// The field about a message that comes in now.
    func field(_ delivery: Delivery) -> [UInt8] {
        let session = delivery.transaction.session
        var output = "Received: from \(ReceivedTrace.domain(session.helo.value))"
        if let client = session.client.value {
            let literal = client.isV4 ? "[\(client)]" : "[IPv6:\(client)]"
            // RFC 5321 §4.4: TCP-info is what the server itself knows.
            output += " (\(session.reverseName.value.map { ReceivedTrace.domain($0) + " " } ?? "")\(literal))"
        }
        output += "\r\n by \(hostname)"
        // RFC 3848. What a client greeted with is not known here, so that plain SMTP and ESMTP are not told apart.
        switch (session.tls.value != nil, session.authenticated.value != nil) {
        case (true, true): output += " with ESMTPSA"
        case (true, false): output += " with ESMTPS"
        case (false, true): output += " with ESMTPA"
        case (false, false): break
        }
        output += " id \(ReceivedTrace.atom(session.id))"
        // RFC 5321 §7.6: several recipients are not to learn of each other.
        let recipients = delivery.accepted.filter(delivery.transaction.recipients.indices.contains)
        if recipients.count == 1, let path = delivery.transaction.recipients[recipients[0]].path.value,
            path.address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), path.address.utf8.count < 200
        {
            output += "\r\n for \(path)"
        }
        return Array("\(output);\r\n \(ReceivedTrace.date(delivery.time))\r\n".utf8)
    }

    /// A name that a client gave, with nothing in it that means something in a Received field.
    private static func domain(_ name: String?) -> String {
        let bytes = (name ?? "").utf8.prefix(255)
        let isGood =
            !bytes.isEmpty
            && bytes.allSatisfy {
                $0.isAlphanumeric || [.dot, .hyphen, .colon, .ascii("_"), .ascii("["), .ascii("]")].contains($0)
            }
        return isGood ? String(decoding: Array(bytes), as: UTF8.self) : "unknown"
    }

    private static func atom(_ text: String) -> String {
        text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    /// A date-time (RFC 5322 §3.3) at UTC.
    static func date(_ time: Timestamp) -> String {
        let civil = CivilTime(time)
        let days = time.seconds >= 0 ? time.seconds / 86_400 : (time.seconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return "\(weekday), \(civil.day) \(months[civil.month - 1]) \(civil.year) "
            + "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second)) +0000"
    }
}
