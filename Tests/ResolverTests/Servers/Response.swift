/// A query as the server of the tests reads it.
struct ReceivedQuery: Sendable {
    let bytes: [UInt8]
    let isOverTCP: Bool

    var id: UInt16 { UInt16(bytes[0]) << 8 | UInt16(bytes[1]) }

    /// Name, type and class with the case of the letters.
    var question: [UInt8] {
        var position = 12
        while bytes[position] != 0 { position += 1 + Int(bytes[position]) }
        return Array(bytes[12..<position + 5])
    }

    var hasEDNS: Bool { bytes[11] == 1 }

    /// The name in lower case, without its final dot.
    var name: String {
        var labels: [String] = []
        var position = 0
        while question[position] != 0 {
            let end = position + 1 + Int(question[position])
            labels.append(String(decoding: question[position + 1..<end], as: UTF8.self).lowercased())
            position = end
        }
        return labels.joined(separator: ".")
    }

    var type: UInt16 { question.suffix(4).prefix(2).reduce(0) { $0 << 8 | UInt16($1) } }
}

/// An answer as the server of the tests writes it, wrong where a test wants it so.
struct Response: Sendable {
    struct Record: Sendable {
        /// Nil is the name of the question.
        var name: String?
        var type: UInt16
        var ttl: UInt32 = 300
        var data: [UInt8]

        static func a(_ last: UInt8, name: String? = nil, ttl: UInt32 = 300) -> Record {
            Record(name: name, type: 1, ttl: ttl, data: [192, 0, 2, last])
        }

        static func cname(_ target: String, name: String? = nil) -> Record {
            Record(name: name, type: 5, data: wire(target))
        }

        static func ns(_ server: String) -> Record { Record(name: "test", type: 2, data: wire(server)) }

        static func soa(ttl: UInt32 = 300, minimum: UInt8 = 60) -> Record {
            Record(
                name: "test", type: 6, ttl: ttl,
                data: wire("ns.test") + wire("h.test") + Array(repeating: 0, count: 19) + [minimum])
        }
    }

    var id: UInt16
    var question: [UInt8]
    /// An answer of an authoritative server.
    var flags: UInt16 = 0x8400
    var code: UInt8 = 0
    var answers: [Record] = []
    var authority: [Record] = []

    init(_ query: ReceivedQuery, _ answers: [Record] = []) {
        (id, question, self.answers) = (query.id, query.question, answers)
    }

    func with(_ change: (inout Response) -> Void) -> Response {
        var copy = self
        change(&copy)
        return copy
    }

    var bytes: [UInt8] {
        let flags = flags | UInt16(code)
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), UInt8(flags >> 8), UInt8(flags & 0xFF)]
        bytes += [0, question.isEmpty ? 0 : 1, 0, UInt8(answers.count), 0, UInt8(authority.count), 0, 0] + question
        for record in answers + authority {
            bytes += record.name.map(wire) ?? [0xC0, 0x0C]
            bytes += [UInt8(record.type >> 8), UInt8(record.type & 0xFF), 0, 1]
            bytes += [24, 16, 8, 0].map { UInt8(record.ttl >> $0 & 0xFF) }
            bytes += [UInt8(record.data.count >> 8), UInt8(record.data.count & 0xFF)] + record.data
        }
        return bytes
    }
}

/// A name in wire form.
func wire(_ name: String) -> [UInt8] {
    name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
}
