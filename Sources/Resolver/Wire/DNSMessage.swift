import DNS
import Values

/// An answer as a server sent it, as far as a resolver looks at it.
struct DNSMessage: Sendable, Hashable {
    /// The octets of a message's header (RFC 1035 §4.1.1).
    static let headerLength = 12

    let header: Header
    /// The response code, with the upper bits that EDNS adds (RFC 6891 §6.1.3).
    let responseCode: ResponseCode
    /// The question as the server repeated it; nil when there is none.
    let question: WireQuestion?
    /// The records of class IN and of the types mail policy looks at that the answer section has, in its order.
    let answers: [Answer]
    /// How long the absence that the message tells of may be remembered, in seconds (RFC 2308 §5): the smaller of the
    /// time to live and the MINIMUM of the SOA record in the authority section. Nil without one.
    let negativeTTL: Int?
    /// Whether the authority section names servers: with neither an answer nor a SOA record, a referral
    /// (RFC 2308 §2.2).
    let namesServers: Bool
    /// The octets it was read from.
    let wire: [UInt8]

    /// A record of the answer section.
    struct Answer: Sendable, Hashable {
        let record: ResourceRecord
        /// In seconds.
        let ttl: Int
    }

    /// A response code (RFC 1035 §4.1.1, RFC 6891 §9).
    struct ResponseCode: RawRepresentable, Sendable, Hashable {
        let rawValue: Int

        static let noError = ResponseCode(rawValue: 0)
        static let formatError = ResponseCode(rawValue: 1)
        static let serverFailure = ResponseCode(rawValue: 2)
        static let nameError = ResponseCode(rawValue: 3)
        static let notImplemented = ResponseCode(rawValue: 4)
        static let refused = ResponseCode(rawValue: 5)
        static let badVersion = ResponseCode(rawValue: 16)
    }

    /// The first four octets of a message and its number of questions.
    struct Header: Sendable, Hashable {
        let id: UInt16
        private let flags: UInt16
        let questions: Int

        /// Reads a header; nil when the message is shorter than one.
        init?(_ message: [UInt8]) {
            guard message.count >= headerLength else { return nil }
            id = UInt16(message[0]) << 8 | UInt16(message[1])
            flags = UInt16(message[2]) << 8 | UInt16(message[3])
            questions = Int(message[4]) << 8 | Int(message[5])
        }

        var isResponse: Bool { flags & 0x8000 != 0 }
        var opcode: Int { Int(flags >> 11 & 15) }
        var isAuthoritative: Bool { flags & 0x0400 != 0 }
        var isTruncated: Bool { flags & 0x0200 != 0 }
        var offersRecursion: Bool { flags & 0x0080 != 0 }
        /// The AD bit: the server vouches for the answer (RFC 4035 §3.2.3).
        var isAuthentic: Bool { flags & 0x0020 != 0 }
        /// The response code without what EDNS adds.
        var responseCode: Int { Int(flags & 15) }
    }
}
