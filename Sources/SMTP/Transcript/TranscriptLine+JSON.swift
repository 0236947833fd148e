import Foundation
import Values

extension TranscriptLine {
    /// The line as a JSON object, one way only: equal lines are equal bytes. Fields that are nil are left out.
    ///
    /// The initial response of an AUTH command is written as `*`; a `TranscriptEncoder` also hides the client's
    /// answers to challenges.
    public var json: JSON {
        var fields = event.fields
        fields["session"] = .string(session)
        fields["time"] = .string(time.rfc3339)
        fields["event"] = event.name.map(JSON.string)
        fields["n"] = number.map(JSON.integer)
        if marks.contains(.more) { fields["more"] = .bool(true) }
        if marks.contains(.cut) { fields["cut"] = .bool(true) }
        return .object(fields)
    }
}

extension TranscriptEvent {
    fileprivate var fields: [String: JSON] {
        switch self {
        case .connect(let client, let server, let reverseName):
            return [
                "client": .string(client.description), "server": server.map { .string($0.description) },
                "ptr": reverseName.map(JSON.string),
            ].compactMapValues(\.self)
        case .line(let peer, let content):
            return TranscriptEvent.line(peer, peer == .client ? content.withoutInitialResponse : content)
        case .message(let message):
            var fields = ["sha256": message.sha256.map(JSON.string)].compactMapValues(\.self)
            switch message.content {
            case .inline(let bytes): fields["base64"] = .string(bytes.base64)
            case .file(let path): fields["file"] = .string(path)
            case .size(let octets): fields["size"] = .integer(octets)
            }
            if !message.defects.isEmpty { fields["defects"] = .array(message.defects.names.map(JSON.string)) }
            return fields
        case .tls(let tls):
            return tls.fields
        case .auth(let mechanism, let identity, let succeeded, let isRepeated):
            return [
                "mechanism": .string(mechanism), "identity": identity.map(JSON.string),
                "result": .string(succeeded ? "success" : "failure"), "repeated": isRepeated ? .bool(true) : nil,
            ].compactMapValues(\.self)
        case .verdict(let verdict):
            return ["verdict": verdict]
        case .close(let reason):
            return ["reason": reason.map(JSON.string)].compactMapValues(\.self)
        case .dns(let answer, let uses):
            return uses > 1 ? ["dns": answer.json, "uses": .integer(uses)] : ["dns": answer.json]
        case .state(let answer):
            return answer.fields
        case .scan(let answer):
            return answer.fields
        case .service(let service):
            return service.fields
        case .hop(let answer):
            return answer.fields
        case .deadline(let stage, let limit, let evaluation):
            return [
                "stage": .string(stage), "limit": .thousandths(Int(limit.milliseconds)),
                "evaluation": .integer(evaluation),
            ]
        case .program(let answer):
            return answer.fields
        case .gap(let peer, let octets):
            return ["side": .string(peer.rawValue), "octets": octets.map(JSON.integer)].compactMapValues(\.self)
        case .opaque(let client, let server):
            return ["client_octets": .integer(client), "server_octets": .integer(server)]
        case .unknown:
            return [:]
        }
    }

    /// Bytes that are not UTF-8 cannot stand in a JSON string: they are written in base64.
    private static func line(_ peer: Peer, _ content: Bytes) -> [String: JSON] {
        let text = String(validating: content, as: UTF8.self)
        return [
            "from": .string(peer.rawValue),
            text == nil ? "base64" : "line": .string(text ?? content.base64),
        ]
    }
}

extension RecordedTLS {
    fileprivate var fields: [String: JSON] {
        let fields: [String: JSON?] = [
            "version": version.map(JSON.string), "cipher": cipher.map(JSON.string), "bits": bits.map(JSON.integer),
            "sni": serverName.map(JSON.string), "certificate": certificate.map(JSON.string),
            "verified": isVerified.map(JSON.bool), "error": failure.map(JSON.string),
        ]
        return fields.compactMapValues(\.self)
    }
}

extension RecordedDNSAnswer {
    /// The answer as a line of a DNS snapshot.
    public var json: JSON {
        let fields: [String: JSON?] = [
            "name": .string(name), "type": .string(type), "rcode": .string(rcode.rawValue),
            "rdata": .array(rdata.map(JSON.string)), "ttl": ttl.map(JSON.integer), "authentic": .bool(authentic),
            "captured": captured.map { .string($0.rfc3339) },
        ]
        return .object(fields.compactMapValues(\.self))
    }
}

extension RecordedStateAnswer {
    fileprivate var fields: [String: JSON] {
        let fields: [String: JSON?] = [
            "verb": .string(verb.rawValue), "key": .string(key), "value": value.map(JSON.string),
            "created": created.map { .string($0.rfc3339) }, "expires": expires.map { .string($0.rfc3339) },
            "inserted": inserted.map(JSON.bool), "count": count.map(JSON.integer), "error": error.map(JSON.string),
        ]
        return fields.compactMapValues(\.self)
    }
}

extension Bytes {
    /// Whether nothing is there but what stands for credentials that were left out.
    var isWithoutSecret: Bool { allSatisfy { $0 == .ascii("*") || $0 <= 0x20 } }

    fileprivate var base64: String { Data(array).base64EncodedString() }

    /// An AUTH command with everything after its mechanism written as `*`; any other line unchanged. Read loosely, as
    /// what is no well-formed AUTH command may hold a secret too.
    var withoutInitialResponse: Bytes {
        let words = split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0].lossyString.equalsIgnoringASCIICase("AUTH"),
            !words[2].isWithoutSecret
        else { return self }
        return Bytes("AUTH \(words[1].lossyString) *")
    }
}
