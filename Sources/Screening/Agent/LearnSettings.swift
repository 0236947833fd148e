import Policy
import Values

/// A mail server's log that assayd follows, and what is learned from it.
public struct LearnSettings: Sendable, Hashable {
    /// What can be learned.
    public enum Subject: String, Sendable, Hashable, CaseIterable {
        /// From which addresses people fetch mail, for the stage `pop-before-smtp`.
        case logins
        /// From which addresses passwords are tried, for the stage `dynamic-screen`.
        case failures
        /// To whom users write, for the stage `greylist`.
        case recipients
    }

    /// The log.
    public let file: String
    /// What is learned from it.
    public let subjects: Set<Subject>
    /// How far its times are ahead of UTC; nil for the zone of this host.
    public let offset: Duration?

    /// Reads an entry of `learn`; nil, with the mistake noted, without a file.
    init?(from reader: inout PolicyReader) {
        let file = reader.optionalValue(
            "file", expecting: "the absolute path of a log",
            "The log, by its absolute path: of Dovecot, Cyrus, Courier, Postfix, Exim or MDaemon, each by itself or through syslog.",
            parse: { $0.hasPrefix("/") && !$0.utf8.contains(0) ? $0 : nil })
        subjects = Set(
            reader.values(
                "subjects", default: Subject.allCases.map(\.rawValue),
                expecting: "one of \(Subject.allCases.map(\.rawValue).joined(separator: ", "))",
                "What is learned: logins for pop-before-smtp, failures for dynamic-screen, recipients for greylist.",
                parse: { Subject(rawValue: $0) }
            ).map(\.value))
        offset =
            reader.optionalValue(
                "zone", expecting: "an offset from UTC such as +02:00",
                "The zone of the log's times, where they name none; that of this host unless set.",
                parse: { LearnSettings.offset($0) })?.value
        guard let file else {
            if !reader.place.isBuiltIn, reader.place(of: "file").isBuiltIn {
                reader.report("an entry needs a 'file'", at: reader.place)
            }
            return nil
        }
        self.file = file.value
    }

    /// How far `+02:00`, `-0330` or `Z` is ahead of UTC; nil where the text is none.
    public static func offset(_ text: String) -> Duration? {
        if text == "Z" { return .zero }
        let bytes = Array(text.utf8)
        guard let sign = bytes.first, sign == .ascii("+") || sign == .hyphen else { return nil }
        let digits = bytes.dropFirst().filter { $0 != .colon }
        guard digits.count == 4, digits.allSatisfy(\.isDigit),
            bytes.count == 5 || bytes.count == 6 && bytes[3] == .colon
        else { return nil }
        let numbers = digits.map { Int($0 - 0x30) }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard hours <= 14, minutes <= 59 else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return .seconds(sign == .hyphen ? -seconds : seconds)
    }
}
