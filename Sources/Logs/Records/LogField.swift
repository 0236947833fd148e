/// What entries of logs tell, under the same names whichever program wrote them. They stand in the order of the names.
public enum LogField: String, Sendable, Hashable, CaseIterable, Comparable {
    case authenticationMethod = "auth_method"
    case authenticated = "authenticated_as"
    case cipher
    case client = "client_ip"
    case clientName = "client_name"
    case clientPort = "client_port"
    case code
    case command
    case count
    case delay
    case delays
    case dkim
    case dmarc
    case list = "dns_list"
    case enhancedCode = "enhanced_code"
    case sender = "from"
    case helo
    case listener
    case messageID = "message_id"
    case newMessage = "new_queue_id"
    case nextHop = "next_hop"
    case nextHopAddress = "next_hop_ip"
    case nextHopPort = "next_hop_port"
    case originalRecipient = "orig_to"
    case protocolName = "protocol"
    case reason
    case recipientCount = "recipients"
    case reply
    case score
    case size
    case spf
    case stage
    case status
    case subject
    case symbols
    case tlsLevel = "tls_level"
    case tlsVersion = "tls_version"
    case recipient = "to"
    case transport
    case user
    case verdict
    case virus

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    /// The place in the order. Records are put together for each line, and strings would be slow to compare.
    private var rank: Int {
        switch self {
        case .authenticationMethod: 0
        case .authenticated: 1
        case .cipher: 2
        case .client: 3
        case .clientName: 4
        case .clientPort: 5
        case .code: 6
        case .command: 7
        case .count: 8
        case .delay: 9
        case .delays: 10
        case .dkim: 11
        case .dmarc: 12
        case .list: 13
        case .enhancedCode: 14
        case .sender: 15
        case .helo: 16
        case .listener: 17
        case .messageID: 18
        case .newMessage: 19
        case .nextHop: 20
        case .nextHopAddress: 21
        case .nextHopPort: 22
        case .originalRecipient: 23
        case .protocolName: 24
        case .reason: 25
        case .recipientCount: 26
        case .reply: 27
        case .score: 28
        case .size: 29
        case .spf: 30
        case .stage: 31
        case .status: 32
        case .subject: 33
        case .symbols: 34
        case .tlsLevel: 35
        case .tlsVersion: 36
        case .recipient: 37
        case .transport: 38
        case .user: 39
        case .verdict: 40
        case .virus: 41
        }
    }
}
