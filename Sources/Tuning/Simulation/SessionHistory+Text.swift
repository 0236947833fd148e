import Mail
import Screening
import Values

/// A history as text: a line for the session, then one for each event, fields set apart by tabs.
extension SessionHistory {
    /// The text; `init(text:)` reads it.
    public var text: String {
        let head = [
            source, client?.description ?? "", listener?.description ?? "", label ?? "",
            listenerPort.map(String.init) ?? "",
        ]
        var lines = [head.map(SessionHistory.escaped).joined(separator: "\t")]
        lines.reserveCapacity(events.count + 1)
        for event in events {
            var fields = [String(event.time.milliseconds)] + event.kind.fields.map(SessionHistory.escaped)
            fields += [
                event.symbols.map(\.name).joined(separator: ","),
                event.grants.compactMap(\.field).joined(separator: ";"),
            ]
            lines.append(fields.joined(separator: "\t"))
        }
        return lines.joined(separator: "\n")
    }

    /// Reads a text; nil when it is none.
    public init?(text: String) {
        let lines = text.utf8.split(separator: .lf, omittingEmptySubsequences: false)
        guard let first = lines.first else { return nil }
        let head = SessionHistory.fields(first)
        // Those that were written before ports were kept have one field less.
        guard head.count == 4 || head.count == 5 else { return nil }
        source = head[0]
        (client, listener) = (IPAddress(head[1]), IPAddress(head[2]))
        listenerPort = head.count == 5 ? Int(head[4]) : nil
        label = head[3].isEmpty ? nil : head[3]
        events.reserveCapacity(lines.count - 1)
        for line in lines.dropFirst() {
            let fields = SessionHistory.fields(line)
            guard fields.count >= 4, let time = Int64(fields[0]), let kind = Kind(fields[1..<fields.count - 2]) else {
                return nil
            }
            var event = Event(Timestamp(milliseconds: time), kind)
            event.symbols = fields[fields.count - 2].split(separator: ",").map { Symbol(String($0)) }
            event.grants = fields[fields.count - 1].split(separator: ";").compactMap { Effect(field: $0) }
            events.append(event)
        }
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == .backslash }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case .backslash: bytes += "\\\\".utf8
            case .ascii("\t"): bytes += "\\t".utf8
            case .lf: bytes += "\\n".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func fields(_ line: Substring.UTF8View) -> [String] {
        line.split(separator: .ascii("\t"), omittingEmptySubsequences: false).map { field in
            guard field.contains(.backslash) else { return String(decoding: field, as: UTF8.self) }
            var bytes: [UInt8] = []
            var rest = field
            while let byte = rest.popFirst() {
                guard byte == .backslash, let next = rest.popFirst() else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(next == .ascii("t") ? .ascii("\t") : next == .ascii("n") ? .lf : next)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension SessionHistory.Kind {
    /// A text that may be absent begins with `=` where it is there.
    fileprivate var fields: [String] {
        func known(_ text: String?) -> String { text.map { "=" + $0 } ?? "" }
        return switch self {
        case .connect: ["connect"]
        case .helo(let name): ["helo", known(name)]
        case .auth(let mechanism, let identity, let succeeded, let isRepeated):
            ["auth", mechanism, known(identity), succeeded ? "1" : isRepeated ? "again" : "0"]
        case .mail(let path): ["mail", known(path)]
        case .rcpt(let path): ["rcpt", known(path)]
        case .message(let octets): ["message", String(octets)]
        case .reset: ["reset"]
        case .protocolError: ["error"]
        case .unknownRecipient: ["unknown"]
        case .spokeEarly(let phase): ["early", phase.rawValue]
        case .closed: ["closed"]
        }
    }

    fileprivate init?(_ fields: ArraySlice<String>) {
        let fields = Array(fields)
        func known(_ place: Int) -> String? {
            guard fields.count > place, fields[place].hasPrefix("=") else { return nil }
            return String(fields[place].dropFirst())
        }
        switch (fields.first, fields.count) {
        case ("connect", 1): self = .connect
        case ("helo", 2): self = .helo(known(1))
        case ("auth", 4):
            self = .auth(
                mechanism: fields[1], identity: known(2), succeeded: fields[3] == "1", isRepeated: fields[3] == "again")
        case ("mail", 2): self = .mail(known(1))
        case ("rcpt", 2): self = .rcpt(known(1))
        case ("message", 2):
            guard let octets = Int(fields[1]) else { return nil }
            self = .message(octets: octets)
        case ("reset", 1): self = .reset
        case ("error", 1): self = .protocolError
        case ("unknown", 1): self = .unknownRecipient
        case ("early", 2):
            guard let phase = Phase(rawValue: fields[1]) else { return nil }
            self = .spokeEarly(phase)
        case ("closed", 1): self = .closed
        default: return nil
        }
    }
}

extension Effect {
    /// What the effect exempts from, as a field; nil where it exempts from nothing.
    fileprivate var field: String? {
        switch self {
        case .exempt(let stages, _): "exempt=" + stages.joined(separator: ",")
        case .countAs(let exemption, _): "as=" + exemption.rawValue
        default: nil
        }
    }

    fileprivate init?(field: Substring) {
        if field.hasPrefix("exempt=") {
            self = .exempt(stages: field.dropFirst(7).split(separator: ",").map(String.init), reason: "exempt then")
        } else if field.hasPrefix("as="), let exemption = Exemption(rawValue: String(field.dropFirst(3))) {
            self = .countAs(exemption, because: StageReport.Omission("exempt then"))
        } else {
            return nil
        }
    }
}
