import ArgumentParser
import DNS
import Values

/// Questions as the words of a command line or of a line in a file: names, each followed by the types to ask for.
enum DNSWords {
    /// The types of which mail policy asks first, for a name without any.
    static let usualTypes: [RecordType] = [.a, .aaaa, .mx, .txt]

    /// A word that is neither a name nor a type.
    struct Mistake: Error { let message: String }

    /// The questions. A word that is a record type belongs to the name before it; a name that looks like a type takes
    /// a final dot. An address stands for its name in the reverse zones, of which PTR is asked.
    static func questions(_ words: [String]) throws(Mistake) -> [DNSQuestion] {
        var questions: [DNSQuestion] = []
        var position = 0
        while position < words.count {
            let word = words[position]
            position += 1
            var types: [RecordType] = []
            while position < words.count, let type = RecordType(mnemonic: words[position]) {
                types.append(type)
                position += 1
            }
            let (name, usual) = try name(word)
            questions += (types.isEmpty ? usual : types).map { DNSQuestion(name, $0) }
        }
        return questions
    }

    /// A name or an address, and the types that are of interest there.
    static func name(_ word: String) throws(Mistake) -> (DomainName, [RecordType]) {
        if let address = IPAddress(word) { return (.reverse(of: address), [.ptr]) }
        // People type internationalised names as they read (RFC 5890 §2.3.2.1); the DNS has their ASCII form.
        let spelt = InternationalName.ascii(Array(word.utf8)).map { String(decoding: $0, as: UTF8.self) }
        guard let spelt, let name = DomainName(spelt) else {
            throw Mistake(message: "'\(TerminalLine.safe(word))' is neither a domain name nor an address")
        }
        return (name, usualTypes)
    }

    /// A record type. Throws with the ones there are.
    static func type(_ word: String) throws(Mistake) -> RecordType {
        if let type = RecordType(mnemonic: word) { return type }
        let all = RecordType.allCases.map(\.rawValue).joined(separator: ", ")
        throw Mistake(message: "'\(TerminalLine.safe(word))' is none of the record types mail policy reads: \(all)")
    }
}
