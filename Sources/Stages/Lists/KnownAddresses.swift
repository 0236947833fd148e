import Authentication
import Policy
import Screening
import Values

/// The addresses that there are at a site's own domains, as far as somebody has listed them.
struct KnownAddresses: Sendable {
    /// Whether anything is listed: else nobody can be told to be unknown.
    let isEmpty: Bool
    private let index: SenderIndex
    private let delimiters: [UInt8]

    init(_ patterns: [SenderPattern], delimiters: String) {
        isEmpty = patterns.isEmpty
        index = SenderIndex(patterns)
        self.delimiters = Array(delimiters.utf8)
    }

    /// Whether `address` is listed, or one that it stands for: without the tag of BATV, and without what follows a
    /// delimiter (RFC 5233).
    ///
    /// RFC 5321 §4.5.1: there is always a postmaster. What SRS has rewritten, nobody could list; the server that did
    /// has to know it.
    func contains(_ address: SenderAddress) -> Bool {
        let local = address.localPart
        if local == "postmaster" || local.hasPrefix("srs0=") || local.hasPrefix("srs1=") { return true }
        if isListed(local, address.domain) { return true }
        if case .tagged(let tag) = BATVTag.read(local) { return isListed(tag.localPart, address.domain) }
        return false
    }

    private func isListed(_ local: String, _ domain: String) -> Bool {
        if !index.matches(SenderAddress(localPart: local, domain: domain)).isEmpty { return true }
        let base = local.utf8.prefix { !delimiters.contains($0) }
        guard !base.isEmpty, base.count < local.utf8.count else { return false }
        return !index.matches(SenderAddress(localPart: String(Substring(base)), domain: domain)).isEmpty
    }
}

extension KnownAddresses {
    /// Reads the keys `addresses`, `address_files`, `ldif_files`, `ldif_attributes` and `delimiters`.
    init(from reader: inout PolicyReader) {
        let expecting = "an address, or @domain for all addresses of a domain, with * and ? for any characters"
        let listed = reader.values(
            "addresses", default: [], expecting: expecting,
            "The addresses that there are at the local domains; where none are listed, only the mail server behind can "
                + "tell who is unknown.",
            parse: KnownAddresses.pattern)
        let files = reader.lists(
            "address_files", expecting: expecting,
            "Files of further addresses, one a line, such as a table of virtual aliases: what follows the address is "
                + "passed over; # starts a comment.",
            parse: { line in line.split { $0 == " " || $0 == "\t" }.first.flatMap { KnownAddresses.pattern(String($0)) }
            })
        let attributes = reader.texts(
            "ldif_attributes", default: ["mail", "mailAlternateAddress", "mailLocalAddress", "proxyAddresses"],
            "The attributes that hold addresses in the files of `ldif_files`."
        ).map(\.value)
        let exports = reader.files(
            "ldif_files", endings: [".ldif"],
            "Files exported from a directory (LDIF, RFC 2849), or folders of them, whose addresses are taken.")
        let delimiters = reader.text(
            "delimiters", default: "+",
            "Characters that end the part of a local part which names the mailbox, as in ann+news@company.example.")
        var patterns = listed.map(\.value) + files.map(\.value)
        for export in exports {
            let ldif = LDIFAddresses(export.value.contents, attributes: attributes)
            for address in ldif.addresses { patterns.append(.address(address.text)) }
            for mistake in ldif.mistakes {
                reader.report(
                    mistake.message, at: PolicyPlace(file: export.value.path, line: mistake.line, column: 1))
            }
            if ldif.addresses.isEmpty, ldif.mistakes.isEmpty {
                reader.warn("the export '\(export.value.path)' has no address in it", at: export.place)
            }
        }
        self.init(patterns, delimiters: delimiters)
    }

    /// A word without a domain is no address: as a pattern of domains it would stand for more than anybody meant.
    private static func pattern(_ text: String) -> SenderPattern? {
        text.utf8.contains(.at) ? SenderPattern(text) : nil
    }
}
