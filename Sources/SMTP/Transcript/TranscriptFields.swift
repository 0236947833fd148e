import Foundation
import Values

/// A transcript line as its JSON fields give it.
struct TranscriptFields: Decodable {
    /// A field that is there and cannot mean anything.
    struct Fault: Error {
        let message: String
    }

    /// Where the decoder is told the length of the line in octets.
    static let lineLengthKey = CodingUserInfoKey(rawValue: "lineLength")

    /// The longest line with a verdict, in octets: values of any shape cost far more than they are long.
    static let verdictLimit = 256 << 10

    let line: TranscriptLine

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        line = TranscriptLine(
            session: try fields.decode(String.self, forKey: "session"),
            time: try fields.time("time"),
            event: try TranscriptFields.event(fields, lineLength: TranscriptFields.lineLength(decoder)),
            number: try fields.decodeIfPresent(Int.self, forKey: "n"),
            marks: try TranscriptFields.marks(fields))
    }

    private static func marks(_ fields: KeyedDecodingContainer<Key>) throws -> TranscriptLine.Marks {
        var marks: TranscriptLine.Marks = []
        if try fields.decodeIfPresent(Bool.self, forKey: "more") ?? false { marks.insert(.more) }
        if try fields.decodeIfPresent(Bool.self, forKey: "cut") ?? false { marks.insert(.cut) }
        return marks
    }

    private static func lineLength(_ decoder: any Decoder) -> Int {
        lineLengthKey.flatMap { decoder.userInfo[$0] as? Int } ?? 0
    }

    private static func event(_ fields: KeyedDecodingContainer<Key>, lineLength: Int) throws -> TranscriptEvent {
        guard let name = try fields.text("event") else { return try wireLine(fields) }
        switch name {
        case "connect":
            guard let client = try fields.endpoint("client") else { throw Fault(message: "field 'client' is missing") }
            return .connect(client: client, server: try fields.endpoint("server"), reverseName: try fields.text("ptr"))
        case "message": return .message(try message(fields))
        case "tls":
            return .tls(
                RecordedTLS(
                    version: try fields.text("version"), cipher: try fields.text("cipher"),
                    bits: try fields.decodeIfPresent(Int.self, forKey: "bits"), serverName: try fields.text("sni"),
                    certificate: try fields.text("certificate"),
                    isVerified: try fields.decodeIfPresent(Bool.self, forKey: "verified"),
                    failure: try fields.text("error")))
        case "auth":
            let result = try fields.decode(String.self, forKey: "result")
            guard result == "success" || result == "failure" else {
                throw Fault(message: "field 'result' is neither 'success' nor 'failure'")
            }
            return .auth(
                mechanism: try fields.decode(String.self, forKey: "mechanism"), identity: try fields.text("identity"),
                succeeded: result == "success",
                isRepeated: try fields.decodeIfPresent(Bool.self, forKey: "repeated") ?? false)
        case "verdict":
            if lineLength > verdictLimit {
                throw Fault(message: "verdict in a line longer than \(verdictLimit) octets")
            }
            return .verdict(try fields.decode(DecodedJSON.self, forKey: "verdict").value)
        case "close": return .close(reason: try fields.text("reason"))
        case "dns":
            let uses = try fields.decodeIfPresent(Int.self, forKey: "uses") ?? 1
            guard uses > 0 else { throw Fault(message: "field 'uses' is not a number from 1 on") }
            return .dns(try dns(fields.nestedContainer(keyedBy: Key.self, forKey: "dns")), uses: uses)
        case "state": return .state(try state(fields))
        case "scan": return .scan(try RecordedScanAnswer(fields))
        case "service": return .service(try RecordedService(fields))
        case "hop": return .hop(try RecordedHopAnswer(fields))
        case "deadline":
            let limit = try fields.decodeIfPresent(Double.self, forKey: "limit") ?? 0
            guard (0...1e9).contains(limit) else { throw Fault(message: "field 'limit' is out of range") }
            return .deadline(
                stage: try fields.decode(String.self, forKey: "stage"),
                limit: .milliseconds(Int64((limit * 1000).rounded())),
                evaluation: try fields.decodeIfPresent(Int.self, forKey: "evaluation") ?? 1)
        case "program": return .program(try RecordedProgramAnswer(fields))
        case "gap":
            guard let peer = TranscriptEvent.Peer(rawValue: try fields.decode(String.self, forKey: "side")) else {
                throw Fault(message: "field 'side' is neither 'client' nor 'server'")
            }
            return .gap(from: peer, octets: try fields.count("octets"))
        case "opaque":
            return .opaque(
                clientOctets: try fields.count("client_octets") ?? 0,
                serverOctets: try fields.count("server_octets") ?? 0)
        default: return .unknown(name: name)
        }
    }

    private static func wireLine(_ fields: KeyedDecodingContainer<Key>) throws -> TranscriptEvent {
        guard let from = try fields.text("from") else { throw Fault(message: "neither 'event' nor 'from' is there") }
        guard let peer = TranscriptEvent.Peer(rawValue: from) else {
            throw Fault(message: "field 'from' is neither 'client' nor 'server'")
        }
        if let text = try fields.text("line") { return .line(from: peer, Bytes(text)) }
        guard let bytes = try fields.base64("base64") else {
            throw Fault(message: "neither 'line' nor 'base64' is there")
        }
        return .line(from: peer, bytes)
    }

    private static func message(_ fields: KeyedDecodingContainer<Key>) throws -> RecordedMessage {
        let digest = try fields.text("sha256")
        if let digest, digest.utf8.count != 64 || !digest.utf8.allSatisfy({ $0.hexDigitValue != nil }) {
            throw Fault(message: "field 'sha256' is not 64 hexadecimal digits")
        }
        let content: RecordedMessage.Content
        if let bytes = try fields.base64("base64") {
            content = .inline(bytes)
        } else if let path = try fields.text("file") {
            content = .file(path)
        } else if let size = try fields.decodeIfPresent(Int.self, forKey: "size") {
            guard size >= 0 else { throw Fault(message: "field 'size' is not a number of octets") }
            content = .size(size)
        } else {
            throw Fault(message: "neither 'base64' nor 'file' is there")
        }
        let defects = try fields.decodeIfPresent([String].self, forKey: "defects") ?? []
        return RecordedMessage(
            sha256: digest?.asciiLowercased, content: content, defects: LineDefects(names: defects))
    }

    private static func dns(_ fields: KeyedDecodingContainer<Key>) throws -> RecordedDNSAnswer {
        let rcode = try fields.decode(String.self, forKey: "rcode")
        guard let code = RecordedDNSAnswer.ResponseCode(rawValue: rcode) else {
            throw Fault(message: "field 'rcode' has an unknown value")
        }
        return RecordedDNSAnswer(
            name: try fields.decode(String.self, forKey: "name"), type: try fields.decode(String.self, forKey: "type"),
            rcode: code, rdata: try fields.decodeIfPresent([String].self, forKey: "rdata") ?? [],
            ttl: try fields.decodeIfPresent(Int.self, forKey: "ttl"),
            authentic: try fields.decodeIfPresent(Bool.self, forKey: "authentic") ?? false,
            captured: try fields.timeIfPresent("captured"))
    }

    private static func state(_ fields: KeyedDecodingContainer<Key>) throws -> RecordedStateAnswer {
        guard let verb = RecordedStateAnswer.Verb(rawValue: try fields.decode(String.self, forKey: "verb")) else {
            throw Fault(message: "field 'verb' has an unknown value")
        }
        return RecordedStateAnswer(
            verb: verb, key: try fields.decode(String.self, forKey: "key"), value: try fields.text("value"),
            created: try fields.timeIfPresent("created"), expires: try fields.timeIfPresent("expires"),
            inserted: try fields.decodeIfPresent(Bool.self, forKey: "inserted"),
            count: try fields.decodeIfPresent(Int.self, forKey: "count"), error: try fields.text("error"))
    }

    /// A decoding error in words; the place is the line's.
    static func message(for error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "field '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.last.map { "field '\($0.stringValue)' is of the wrong type" } ?? "not a JSON object"
        case .dataCorrupted(let context):
            context.codingPath.last.map { "field '\($0.stringValue)' cannot be read" } ?? "not JSON"
        @unknown default: "not JSON"
        }
    }

    /// A field's name.
    struct Key: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringLiteral value: String) { stringValue = value }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension KeyedDecodingContainer<TranscriptFields.Key> {
    func text(_ key: Key) throws -> String? { try decodeIfPresent(String.self, forKey: key) }

    fileprivate func count(_ key: Key) throws -> Int? {
        guard let count = try decodeIfPresent(Int.self, forKey: key) else { return nil }
        guard count >= 0 else {
            throw TranscriptFields.Fault(message: "field '\(key.stringValue)' is not a number of octets")
        }
        return count
    }

    fileprivate func time(_ key: Key) throws -> Timestamp {
        try read(decode(String.self, forKey: key), key, as: "an RFC 3339 time") { Timestamp(rfc3339: $0) }
    }

    fileprivate func timeIfPresent(_ key: Key) throws -> Timestamp? {
        try text(key).map { try read($0, key, as: "an RFC 3339 time") { Timestamp(rfc3339: $0) } }
    }

    fileprivate func endpoint(_ key: Key) throws -> Endpoint? {
        try text(key).map { try read($0, key, as: "an address with a port") { Endpoint($0) } }
    }

    fileprivate func base64(_ key: Key) throws -> Bytes? {
        try text(key).map { try read($0, key, as: "base64") { Data(base64Encoded: $0).map { Bytes(Array($0)) } } }
    }

    private func read<Value>(_ text: String, _ key: Key, as form: String, _ body: (String) -> Value?) throws -> Value {
        guard let value = body(text) else {
            throw TranscriptFields.Fault(message: "field '\(key.stringValue)' is not \(form)")
        }
        return value
    }
}
