import Policy
import Screening
import Values

extension OutbreakProtection {
    /// What makes copies a wave, and whose copies are none.
    public struct Settings: StageSettings {
        let copies: Int
        let networks: Int
        let senders: Int
        let window: Duration
        let remembers: Duration
        let largeCopies: Int
        let fastCopies: Int
        let fastWindow: Duration
        let similarity: Int
        let minimumWords: Int
        let looksAtText: Bool
        let looksAtLinks: Bool
        let looksAtAttachments: Bool
        let prefixV4: Int
        let prefixV6: Int
        let skipsSignedLists: Bool
        let allowedSenders: [Placed<SenderPattern>]
        let senderIndex: SenderIndex
        let allowedLists: [Placed<String>]
        let allowedClients: AllowedClients

        public init(from reader: inout PolicyReader) {
            let month: Duration = .seconds(86_400 * 31)
            copies = reader.integer(
                "copies", default: 6, in: 2...1_000_000, "Near-copies within the window that can be a wave.")
            networks = reader.integer(
                "networks", default: 3, in: 1...10_000,
                "Client networks that copies of a wave have come from at the least.")
            senders = reader.integer(
                "senders", default: 4, in: 0...10_000,
                "Domains of reverse-paths that show a wave too, where it comes from fewer networks; 0 is never.")
            window = reader.duration(
                "window", default: .seconds(6 * 3600), in: .seconds(60)...month,
                "How long copies are counted together.")
            remembers = reader.duration(
                "remember", default: .seconds(86_400), in: .seconds(60)...month,
                "How long a wave is known after its last copy.")
            largeCopies = reader.integer(
                "large", default: 100, in: 2...1_000_000, "Copies within the window that make a wave a large one.")
            fastCopies = reader.integer(
                "fast", default: 20, in: 2...1_000_000, "Copies within fast_window that make a wave a fast one.")
            fastWindow = reader.duration(
                "fast_window", default: .seconds(600), in: .seconds(10)...month, "The time of a fast wave.")
            similarity = reader.integer(
                "similarity", default: 15, in: 10...100,
                "How much of its words a near-copy has in common with the first copy, in percent of the words of both.")
            minimumWords = reader.integer(
                "minimum_words", default: 20, in: 5...1000, "A text of fewer words is not compared.")
            looksAtText = reader.flag("text", default: true, "Whether texts are compared.")
            looksAtLinks = reader.flag("links", default: true, "Whether it is compared where links lead.")
            looksAtAttachments = reader.flag("attachments", default: true, "Whether attached files are compared.")
            prefixV4 = reader.integer(
                "prefix_v4", default: 24, in: 8...32, "Bits of an IPv4 address that make the network.")
            prefixV6 = reader.integer(
                "prefix_v6", default: 48, in: 16...128, "Bits of an IPv6 address that make the network.")
            skipsSignedLists = reader.flag(
                "skip_signed_lists", default: true,
                "Whether mail of a mailing list counts as no copy where DKIM passes for the list's domain or the author's."
            )
            allowedSenders = reader.values(
                "allow_senders", default: [], expecting: SenderPattern.expecting,
                "Senders in From whose bulk mail counts as no copy, where SPF, DKIM or DMARC shows that it is theirs.",
                parse: { SenderPattern($0) })
            senderIndex = SenderIndex(allowedSenders.map(\.value))
            allowedLists = reader.texts(
                "allow_lists", default: [],
                "Mailing lists whose mail counts as no copy, signed or not: their List-Id, with * and ?.")
            allowedClients = AllowedClients(from: &reader)
        }
    }
}
