import Expressions
import Values

/// How servers write their Received fields: text with places for what is to be taken out.
///
/// In a format `{helo}`, `{rdns}`, `{by}`, `{ident}` and `{id}` stand for a word each, with `?` for one that may be
/// empty; `{ip}` for an address; `{word}`, `{any}` (the shortest run) and `{run}` (the longest) for what does not
/// matter; `{{…}}` holds an expression, `{{=helo=…}}` one whose group is that. Everything else is meant as it stands.
struct ReceivedFormat {
    enum Place: String { case helo, rdns, by, ident, ip, id, sub, skip }

    let expression: Expression
    let places: [Place]
    /// Whether a server that writes so has looked up the client's name.
    let looksUp: Bool

    init(_ format: String, looksUp: Bool = false) {
        self.looksUp = looksUp
        var (pattern, places) = ("", [Place]())
        var rest = format[...]
        while let open = rest.firstIndex(of: "{") {
            pattern += ReceivedFormat.quoted(rest[..<open])
            rest = rest[rest.index(after: open)...]
            if rest.hasPrefix("{"), let end = rest.range(of: "}}", isLast: false) {
                var inner = rest[rest.index(after: rest.startIndex)..<end.lowerBound]
                if inner.hasPrefix("="), let close = inner.dropFirst().firstIndex(of: "=") {
                    places.append(Place(rawValue: String(inner[..<close].dropFirst())) ?? .skip)
                    inner = inner[inner.index(after: close)...]
                }
                pattern += inner
                rest = rest[end.upperBound...]
                continue
            }
            guard let close = rest.firstIndex(of: "}") else { break }
            var name = rest[..<close]
            rest = rest[rest.index(after: close)...]
            let mayBeEmpty = name.hasSuffix("?")
            if mayBeEmpty { name = name.dropLast() }
            switch name {
            case "word": pattern += mayBeEmpty ? "\\S*" : "\\S+"
            case "any": pattern += ".*?"
            case "run": pattern += ".*"
            case "address": pattern += ReceivedFormat.addressPattern
            case "ip":
                pattern += "(\(ReceivedFormat.addressPattern))"
                places.append(.ip)
            case "sub":
                pattern += "(.*?)"
                places.append(.sub)
            default:
                pattern += mayBeEmpty ? "(\\S*)" : "(\\S+)"
                places.append(Place(rawValue: String(name)) ?? .skip)
            }
        }
        pattern += ReceivedFormat.quoted(rest)
        expression = Expression(known: pattern)
        self.places = places
    }

    private static func quoted(_ text: Substring) -> String {
        var result = ""
        for character in text {
            if "\\^$.|?*+()[]".contains(character), !(character == "^" && result.isEmpty) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    private static let octet = "(?:1\\d\\d|2[0-4]\\d|25[0-5]|[1-9]\\d|\\d)"
    private static let v4 = "\(octet)\\.\(octet)\\.\(octet)\\.\(octet)"
    static let v4Pattern = "\\b\(v4)\\b"
    /// An address of either family; that of IPv6 has two colons at least.
    static let addressPattern =
        "(?i:\\b(?<!:)\(v4)\\b|(?:IPv6:|(?<![a-f0-9:]))(?=[a-f0-9.]*:[a-f0-9.]*:)(?:[a-f0-9]{0,4}:){2,7}(?:\(v4)|[a-f0-9]{0,4})(?![a-f0-9:]))"
    static let address = Expression(known: addressPattern)
    /// The names and addresses of the machine itself.
    static let localhost =
        "(?i:localhost(?:\\.localdomain)?|\\b(?<!:)127\\.0\\.0\\.1\\b|(?:IPv6:|(?<![a-f0-9:]))(?:0{0,4}:){2,7}0{0,3}1(?![a-f0-9:]))"
}
