import DNS
import Screening
import Values

/// Evidence as a case keeps it: the JSON object of the replay line, and beside it the form, which many findings
/// share: the keys in reading order, each with the type of its value.
struct StoredEvidence: Hashable {
    /// A key and what kind of value it has.
    struct Key: Hashable {
        let name: String
        let type: String
        /// The value of a key that came before already: the object has the first.
        let repeated: JSON?
    }

    /// The keys in reading order.
    let keys: [Key]

    /// The form of `evidence`.
    init(_ evidence: Evidence) {
        var keys: [Key] = []
        keys.reserveCapacity(evidence.items.count)
        for item in evidence.items {
            let isRepeated = keys.contains { $0.name == item.key }
            keys.append(
                Key(
                    name: item.key, type: StoredEvidence.type(of: item.value),
                    repeated: isRepeated ? item.value.json : nil))
        }
        self.keys = keys
    }

    /// The form as JSON: `[["domain","text"],…]`. A key that comes again has its value there.
    var form: String {
        JSON.array(
            keys.map { .array([.string($0.name), .string($0.type)] + [$0.repeated].compactMap(\.self)) }
        ).text
    }

    /// The object of `evidence`, the same bytes as its JSON has.
    static func object(_ evidence: Evidence) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        evidence.write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func type(of value: EvidenceValue) -> String {
        switch value {
        case .text: "text"
        case .number: "number"
        case .flag: "flag"
        case .duration: "duration"
        case .address: "address"
        case .network: "network"
        case .list: "list"
        case .span: "span"
        case .answers: "answers"
        }
    }

    /// The evidence that `json` is in this form; nil when they do not fit. `exchange` gives the DNS exchange that is
    /// told in these words.
    static func read(
        form: String, json: String, exchange: (String) throws -> DNSExchange?
    ) rethrows -> Evidence? {
        guard let keys = JSON(stored: form)?.items, let members = JSON(stored: json)?.members else { return nil }
        var evidence: Evidence = [:]
        for item in keys {
            guard let parts = item.items, parts.count >= 2, let key = parts[0].string, let type = parts[1].string,
                let stored = parts.count > 2 ? parts[2] : members[key],
                let value = try value(stored, type: type, exchange: exchange)
            else { return nil }
            evidence.add(key, value)
        }
        return evidence
    }

    private static func value(
        _ json: JSON, type: String, exchange: (String) throws -> DNSExchange?
    ) rethrows -> EvidenceValue? {
        switch type {
        case "text": return json.string.map(EvidenceValue.text)
        case "number": return json.number.map(EvidenceValue.number)
        case "flag": return json.flag.map(EvidenceValue.flag)
        case "duration": return json.inThousandths.map { .duration(.milliseconds($0)) }
        case "address": return json.string.flatMap { IPAddress($0) }.map(EvidenceValue.address)
        case "network": return json.string.flatMap { IPNetwork($0) }.map(EvidenceValue.network)
        case "list": return json.items.map { .list($0.compactMap(\.string)) }
        case "span":
            guard let ends = json.items?.compactMap(\.number), ends.count == 2, ends[0] <= ends[1] else { return nil }
            return .span(ends[0]..<ends[1])
        case "answers":
            guard let items = json.items else { return nil }
            var exchanges: [DNSExchange] = []
            for item in items {
                guard let text = item.string, let found = try exchange(text) else { return nil }
                exchanges.append(found)
            }
            return .answers(exchanges)
        default: return nil
        }
    }
}
