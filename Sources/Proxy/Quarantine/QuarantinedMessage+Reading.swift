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
        content = (known.content ?? known.record?.id).flatMap(QuarantinedMessage.digest)
        (subject, headerFrom, size) = (known.subject, known.headerFrom ?? [], known.size)
        score = QuarantinedMessage.thousandths(known.score)
        (symbols, why, parts) = (known.symbols, known.why, known.parts ?? [])
        (self.findings, edits) = ([], [])
        guard wantsFindings else { return }
        guard let rest = try? decoder.decode(Details.self, from: data) else { return nil }
        self.findings = rest.findings.map(\.finding)
        // What was asked for is done to the message that they were taken out of.
        guard parts.isEmpty else { return }
        edits = rest.record.effects.compactMap { $0.value.members.flatMap(Effect.init(members:)) }
            .filter(\.changesMessage)
    }

    /// The digest that `sha256:…` names; nil when it is none, as one that a path could be made of must be.
    private static func digest(_ text: String) -> String? {
        let digest = text.dropFirst(7)
        guard text.hasPrefix("sha256:"), digest.utf8.count == 64,
            digest.utf8.allSatisfy({ $0.isDigit || (UInt8.ascii("a")...UInt8.ascii("f")).contains($0) })
        else { return nil }
        return String(digest)
    }

    /// What a list shows of the message, in the form in which descriptions are read.
    var summary: JSON {
        var members: [String: JSON] = [
            "id": .string(id), "time": .string(time.rfc3339),
            "client": .object([
                "ip": JSON(client?.description), "ptr": JSON(reverseName), "helo": JSON(helo),
                "authenticated": JSON(authenticated), "listener": JSON(listener?.description),
            ]),
            "mail_from": .string(sender), "rcpt_to": .array(recipients.map { .string($0.address) }),
            "forward": .object([
                "mail_from": .string(forwardedSender), "rcpt_to": .array(recipients.map { .string($0.forwarded) }),
            ]),
            "subject": JSON(subject), "header_from": .array(headerFrom.map(JSON.string)),
            "content": JSON(content.map { "sha256:" + $0 }), "size": .integer(size), "score": .thousandths(score),
            "symbols": .array(symbols.map(JSON.string)), "why": .array(why.map(JSON.string)),
        ]
        if !parts.isEmpty { members["parts"] = .array(parts.map(\.described)) }
        return .object(members)
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

    struct Record: Decodable {
        let id: String?
    }

    let id: String
    let time: String
    let client: Client
    let content: String?
    let record: Record?
    let mailFrom: String?
    let rcptTo: [String]
    let forward: Envelope?
    let subject: String?
    let headerFrom: [String]?
    let size: Int
    let score: Double
    let symbols: [String]
    let why: [String]
    let parts: [SetAsideParts.Part]?
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
