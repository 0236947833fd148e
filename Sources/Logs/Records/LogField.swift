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
    case data
    case delay
    case delays
    case dkim
    case dmarc
    case list = "dns_list"
    case doubt
    case enhancedCode = "enhanced_code"
    case sender = "from"
    case headerDate = "header_date"
    case headerFrom = "header_from"
    case headerTo = "header_to"
    case helo
    case listener
    case messageID = "message_id"
    case newMessage = "new_queue_id"
    case nextHop = "next_hop"
    case nextHopAddress = "next_hop_ip"
    case nextHopPort = "next_hop_port"
    case nextHopMessage = "next_hop_queue_id"
    case originalRecipient = "orig_to"
    case path
    case protocolName = "protocol"
    case reason
    case received
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
    var rank: Int {
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
        case .data: 9
        case .delay: 10
        case .delays: 11
        case .dkim: 12
        case .dmarc: 13
        case .list: 14
        case .doubt: 15
        case .enhancedCode: 16
        case .sender: 17
        case .headerDate: 18
        case .headerFrom: 19
        case .headerTo: 20
        case .helo: 21
        case .listener: 22
        case .messageID: 23
        case .newMessage: 24
        case .nextHop: 25
        case .nextHopAddress: 26
        case .nextHopPort: 27
        case .nextHopMessage: 28
        case .originalRecipient: 29
        case .path: 30
        case .protocolName: 31
        case .reason: 32
        case .received: 33
        case .recipientCount: 34
        case .reply: 35
        case .score: 36
        case .size: 37
        case .spf: 38
        case .stage: 39
        case .status: 40
        case .subject: 41
        case .symbols: 42
        case .tlsLevel: 43
        case .tlsVersion: 44
        case .recipient: 45
        case .transport: 46
        case .user: 47
        case .verdict: 48
        case .virus: 49
        }
    }
}
