/// What a feature of a message was read from. The kind is part of the feature: a word of the subject is another feature
/// than the same word of the body.
enum FeatureKind: UInt64 {
    case word = 1
    case pair
    case subject
    case subjectPair
    case sender
    case mailer
    case field
    case host
    case domain
    case path
    case structure
    case attachment

    /// The group whose length the kind counts towards.
    var group: FeatureGroup {
        switch self {
        case .word: .words
        case .pair: .pairs
        case .subject, .subjectPair: .subject
        case .sender, .mailer, .field: .header
        case .host, .domain, .path: .addresses
        case .structure, .attachment: .structure
        }
    }

    /// What evidence writes before the feature's text.
    var label: String {
        switch self {
        case .word, .pair: ""
        case .subject, .subjectPair: "subject:"
        case .sender: "from:"
        case .mailer: "mailer:"
        case .field: "header:"
        case .host: "host:"
        case .domain: "domain:"
        case .path: "url:"
        case .structure: "mime:"
        case .attachment: "attachment:"
        }
    }

    /// Where the hash of a feature of this kind starts.
    var seed: UInt64 { rawValue &* 0x9E37_79B9_7F4A_7C15 }
}

/// Features of one origin. Each group of a message has the same say however many features it has, so that a long text
/// does not drown the header, nor a long header the text.
public enum FeatureGroup: Int, Sendable, CaseIterable {
    /// Words of the text.
    case words
    /// Pairs of words within a window of five: orthogonal sparse bigrams.
    case pairs
    /// Words of the subject, and pairs of them.
    case subject
    /// What other header fields tell of the sender and the program that sent.
    case header
    /// Hosts and paths of links.
    case addresses
    /// MIME structure, HTML, attachments, sizes.
    case structure
}
