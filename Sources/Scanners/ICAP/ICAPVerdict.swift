import Screening
import Values

extension ICAPReader.Response {
    /// What the server makes of the content that it was sent.
    package var outcome: ScanOutcome {
        if let found = head.found { return found }
        switch head.status {
        case 204: return .clean
        case 200, 201:
            // It may send back what it was sent (RFC 3507 §4.6); whatever else it gives, it does not let pass.
            let isPassed = (http.map { (200..<300).contains($0.status) } ?? true) && isSame == true
            return isPassed ? .clean : .infected(name: "blocked by the server")
        case 413: return .tooLarge(reason: words)
        default: return .failed(reason: words)
        }
    }

    private var words: String { "ICAP status \(head.status)" + (head.reason.isEmpty ? "" : " \(head.reason)") }
}

extension ICAPHead {
    /// The items of the field X-Infection-Found, names in lower case; nil where it is not there.
    private var infection: [String: String]? {
        guard let field = self["x-infection-found"] else { return nil }
        var values: [String: String] = [:]
        for item in field.split(separator: ";") {
            let sides = item.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let name = String(sides[0].filter { $0 != " " && !$0.isNewline }).asciiLowercased
            values[name] = values[name] ?? String(sides[1]).asShown
        }
        return values
    }

    /// Whether the server says that it gives back what it was sent without the virus in it: Resolution is 1. With 2, a
    /// part of it is gone, and many servers say so of a page that tells a person why.
    var isRepaired: Bool { infection.map { $0["type"] ?? "0" == "0" && $0["resolution"] == "1" } ?? false }

    /// What the server says it found, in the fields that servers have for it (draft-stecher-icap-subid-00 §3.2, §3.5).
    var found: ScanOutcome? {
        if let values = infection {
            let threat = values["threat"] ?? ""
            // 0 is an infection, 1 a violation of a policy for mail, 2 one of a container, such as an encrypted one.
            if values["type"] == "2" { return .unscannable(reason: threat.isEmpty ? "a container" : threat) }
            return .infected(name: threat.isEmpty ? self["x-virus-id"]?.asShown ?? "unnamed" : threat)
        }
        if let name = self["x-virus-id"] ?? self["x-virus-name"], !name.isEmpty, name.asShown.asciiLowercased != "no" {
            return .infected(name: name.asShown)
        }
        if let field = self["x-violations-found"] {
            // The count, and for each violation its file, its name, its id and what was done.
            let lines = field.split(separator: "\n").map { String($0).asShown }
            if let count = lines.first.flatMap({ Int($0) }), count > 0 {
                return .infected(name: lines.count > 2 ? lines[2] : "unnamed")
            }
        }
        return nil
    }
}
