import Foundation
import SMTP
import Screening
import Values

extension QuarantinedMessage {
    /// Reads a description; nil when it is none. With `findings` left out, as a list leaves them, reading is faster.
    init?(_ text: [UInt8], findings wantsFindings: Bool) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = Data(text)
        guard let known = try? decoder.decode(Description.self, from: data), let time = Timestamp(rfc3339: known.time)
        else { return nil }
        id = known.id
        self.time = time
        (client, listener) = (
            known.client.ip.flatMap { IPAddress($0) }, known.client.listener.flatMap { IPAddress($0) }
        )
        (helo, reverseName, authenticated) = (known.client.helo, known.client.ptr, known.client.authenticated)
        sender = known.mailFrom ?? ""
        forwardedSender = known.forward?.mailFrom ?? sender
        let forwarded = known.forward?.rcptTo ?? []
        recipients = known.rcptTo.enumerated().map { index, address in
            Recipient(address: address, forwarded: forwarded.indices.contains(index) ? forwarded[index] : address)
        }
        (subject, headerFrom, size) = (known.subject, known.headerFrom ?? [], known.size)
        score = QuarantinedMessage.thousandths(known.score)
        (symbols, why) = (known.symbols, known.why)
        (self.findings, edits) = ([], [])
        guard wantsFindings else { return }
        guard let rest = try? decoder.decode(Details.self, from: data) else { return nil }
        self.findings = rest.findings.map(\.finding)
        edits = rest.record.effects.compactMap { $0.value.members.flatMap(Effect.init(members:)) }
            .filter(\.changesMessage)
    }

    fileprivate static func thousandths(_ number: Double) -> Int {
        number.magnitude < 1e12 ? Int((number * 1000).rounded()) : 0
    }
}

/// What a list shows of an entry.
private struct Description: Decodable {
    struct Client: Decodable {
        let ip: String?
        let ptr: String?
        let helo: String?
        let authenticated: String?
        let listener: String?
    }

    struct Envelope: Decodable {
        let mailFrom: String?
        let rcptTo: [String]
    }

    let id: String
    let time: String
    let client: Client
    let mailFrom: String?
    let rcptTo: [String]
    let forward: Envelope?
    let subject: String?
    let headerFrom: [String]?
    let size: Int
    let score: Double
    let symbols: [String]
    let why: [String]
}

/// What is known of an entry besides.
private struct Details: Decodable {
    struct Finding: Decodable {
        let stage: String
        let symbol: String
        let checkpoint: String
        let score: Double
        let scoreBy: String
        let action: String
        let actionBy: String
        let evidence: [String: DecodedJSON]

        var finding: QuarantinedMessage.Finding {
            QuarantinedMessage.Finding(
                stage: stage, symbol: symbol, checkpoint: checkpoint, score: QuarantinedMessage.thousandths(score),
                scoreBy: scoreBy, action: action, actionBy: actionBy,
                evidence: evidence.sorted { $0.key < $1.key }.map { key, item in
                    if case .string(let text) = item.value { return "\(key): \(text)" }
                    return "\(key): \(item.value.text)"
                })
        }
    }

    struct Record: Decodable {
        let effects: [DecodedJSON]
    }

    let findings: [Finding]
    let record: Record
}
