import Values

/// A transcript line as its JSON fields give it.
struct TranscriptFields {
    /// A field that is there and cannot mean anything.
    struct Fault: Error {
        let message: String
    }

    private let fields: JSONFields

    /// The fields of the object in `line`.
    init(_ line: Bytes) throws {
        let value: JSON
        do throws(JSON.ReadingError) {
            value = try JSON(reading: line)
        } catch {
            throw Fault(message: TranscriptFields.message(for: error))
        }
        guard let fields = JSONFields(value) else { throw Fault(message: "not a JSON object") }
        self.fields = fields
    }

    /// The line that the fields describe.
    var line: TranscriptLine {
        get throws {
            TranscriptLine(
                session: try fields.required("session", fields.text), time: try fields.needed("time", fields.time),
                event: try event, number: try fields.number("n"), marks: try marks)
        }
    }

    private var marks: TranscriptLine.Marks {
        get throws {
            var marks: TranscriptLine.Marks = []
            if try fields.flag("more") ?? false { marks.insert(.more) }
            if try fields.flag("cut") ?? false { marks.insert(.cut) }
            return marks
        }
    }

    private var event: TranscriptEvent {
        get throws {
            guard let name = try fields.text("event") else { return try TranscriptFields.wireLine(fields) }
            switch name {
            case "connect":
                return .connect(
                    client: try fields.needed("client", fields.endpoint), server: try fields.endpoint("server"),
                    reverseName: try fields.text("ptr"))
            case "message": return .message(try TranscriptFields.message(fields))
            case "tls": return .tls(try TranscriptFields.tls(fields))
            case "auth": return try TranscriptFields.authentication(fields)
            case "verdict": return .verdict(try fields.required("verdict") { fields.members[$0] })
            case "close": return .close(reason: try fields.text("reason"))
            case "dns":
                let uses = try fields.number("uses") ?? 1
                guard uses > 0 else { throw Fault(message: "field 'uses' is not a number from 1 on") }
                return .dns(try TranscriptFields.dns(fields.required("dns", fields.fields)), uses: uses)
            case "state": return .state(try TranscriptFields.state(fields))
            case "scan": return .scan(try RecordedScanAnswer(fields))
            case "service": return .service(try RecordedService(fields))
            case "hop": return .hop(try RecordedHopAnswer(fields))
            case "deadline": return try TranscriptFields.deadline(fields)
            case "program": return .program(try RecordedProgramAnswer(fields))
            case "gap": return .gap(from: try fields.peer("side"), octets: try fields.count("octets"))
            case "opaque":
                return .opaque(
                    clientOctets: try fields.count("client_octets") ?? 0,
                    serverOctets: try fields.count("server_octets") ?? 0)
            default: return .unknown(name: name)
            }
        }
    }

    private static func tls(_ fields: JSONFields) throws -> RecordedTLS {
        RecordedTLS(
            version: try fields.text("version"), cipher: try fields.text("cipher"), bits: try fields.number("bits"),
            serverName: try fields.text("sni"), certificate: try fields.text("certificate"),
            isVerified: try fields.flag("verified"), failure: try fields.text("error"))
    }

    private static func authentication(_ fields: JSONFields) throws -> TranscriptEvent {
        let result = try fields.required("result", fields.text)
        guard result == "success" || result == "failure" else {
            throw Fault(message: "field 'result' is neither 'success' nor 'failure'")
        }
        return .auth(
            mechanism: try fields.required("mechanism", fields.text), identity: try fields.text("identity"),
            succeeded: result == "success", isRepeated: try fields.flag("repeated") ?? false)
    }

    private static func deadline(_ fields: JSONFields) throws -> TranscriptEvent {
        let limit = try fields.thousandths("limit") ?? 0
        guard (0...1_000_000_000_000).contains(limit) else { throw Fault(message: "field 'limit' is out of range") }
        return .deadline(
            stage: try fields.required("stage", fields.text), limit: .milliseconds(limit),
            evaluation: try fields.number("evaluation") ?? 1)
    }

    private static func wireLine(_ fields: JSONFields) throws -> TranscriptEvent {
        guard fields["from"] != nil else { throw Fault(message: "neither 'event' nor 'from' is there") }
        let peer = try fields.peer("from")
        if let text = try fields.text("line") { return .line(from: peer, Bytes(text)) }
        guard let bytes = try fields.base64("base64") else {
            throw Fault(message: "neither 'line' nor 'base64' is there")
        }
        return .line(from: peer, bytes)
    }

    private static func message(_ fields: JSONFields) throws -> RecordedMessage {
        let digest = try fields.text("sha256")
        if let digest, digest.utf8.count != 64 || !digest.utf8.allSatisfy({ $0.hexDigitValue != nil }) {
            throw Fault(message: "field 'sha256' is not 64 hexadecimal digits")
        }
        let content: RecordedMessage.Content
        if let bytes = try fields.base64("base64") {
            content = .inline(bytes)
        } else if let path = try fields.text("file") {
            content = .file(path)
        } else if let size = try fields.number("size") {
            guard size >= 0 else { throw Fault(message: "field 'size' is not a number of octets") }
            content = .size(size)
        } else {
            throw Fault(message: "neither 'base64' nor 'file' is there")
        }
        let defects = try fields.texts("defects") ?? []
        return RecordedMessage(
            sha256: digest?.asciiLowercased, content: content, defects: LineDefects(names: defects))
    }

    private static func dns(_ fields: JSONFields) throws -> RecordedDNSAnswer {
        let rcode = try fields.required("rcode", fields.text)
        guard let code = RecordedDNSAnswer.ResponseCode(rawValue: rcode) else {
            throw Fault(message: "field 'rcode' has an unknown value")
        }
        return RecordedDNSAnswer(
            name: try fields.required("name", fields.text), type: try fields.required("type", fields.text),
            rcode: code, rdata: try fields.texts("rdata") ?? [],
            ttl: try fields.number("ttl"),
            authentic: try fields.flag("authentic") ?? false,
            captured: try fields.time("captured"))
    }

    private static func state(_ fields: JSONFields) throws -> RecordedStateAnswer {
        guard let verb = RecordedStateAnswer.Verb(rawValue: try fields.required("verb", fields.text)) else {
            throw Fault(message: "field 'verb' has an unknown value")
        }
        return RecordedStateAnswer(
            verb: verb, key: try fields.required("key", fields.text), value: try fields.text("value"),
            created: try fields.time("created"), expires: try fields.time("expires"),
            inserted: try fields.flag("inserted"),
            count: try fields.number("count"), error: try fields.text("error"))
    }

    private static func message(for error: JSON.ReadingError) -> String {
        switch error {
        case .notJSON: "not JSON"
        case .numberOutOfRange: "a number is out of range"
        case .tooDeep: "values nested deeper than \(JSON.maximumDepth)"
        case .tooManyValues: "too many values for a line of a transcript"
        }
    }

    /// What is wrong with a field in words; the place is the line's.
    static func message(for fault: JSONFields.Fault) -> String {
        switch fault {
        case .missing(let name): "field '\(name)' is missing"
        case .wrongType(let name, _): "field '\(name)' is of the wrong type"
        }
    }
}

extension JSONFields {
    fileprivate func count(_ name: String) throws -> Int? {
        guard let count = try number(name) else { return nil }
        guard count >= 0 else { throw TranscriptFields.Fault(message: "field '\(name)' is not a number of octets") }
        return count
    }

    fileprivate func time(_ name: String) throws -> Timestamp? {
        try read(name, as: "an RFC 3339 time") { Timestamp(rfc3339: $0) }
    }

    fileprivate func endpoint(_ name: String) throws -> Endpoint? {
        try read(name, as: "an address with a port") { Endpoint($0) }
    }

    func base64(_ name: String) throws -> Bytes? {
        try read(name, as: "base64") { text in Bytes(text).withSpan { $0.decodedBase64() }.map { Bytes($0) } }
    }

    fileprivate func peer(_ name: String) throws -> TranscriptEvent.Peer {
        let text = try required(name, self.text)
        guard let peer = TranscriptEvent.Peer(rawValue: text) else {
            throw TranscriptFields.Fault(message: "field '\(name)' is neither 'client' nor 'server'")
        }
        return peer
    }

    fileprivate func needed<Value>(_ name: String, _ read: (String) throws -> Value?) throws -> Value {
        guard let value = try read(name) else { throw Fault.missing(name) }
        return value
    }

    private func read<Value>(_ name: String, as form: String, _ body: (String) -> Value?) throws -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = body(text) else {
            throw TranscriptFields.Fault(message: "field '\(name)' is not \(form)")
        }
        return value
    }
}
