/// What entries of logs tell, under the same names whichever program wrote them.
public enum LogField: String, Sendable, Hashable, CaseIterable, Comparable {
    case authenticated = "authenticated_as"
    case authenticationMethod = "auth_method"
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
    case doubt
    case enhancedCode = "enhanced_code"
    case headerDate = "header_date"
    case headerFrom = "header_from"
    case headerTo = "header_to"
    case helo
    case list = "dns_list"
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
    case recipient = "to"
    case recipientCount = "recipients"
    case reply
    case score
    case sender = "from"
    case size
    case spf
    case stage
    case status
    case subject
    case symbols
    case tlsVersion = "tls_version"
    case transport
    case user
    case verdict
    case virus

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
