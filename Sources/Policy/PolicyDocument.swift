import Values

/// Reading policy files: YAML 1.1 in, nodes with their places out. There are no values of this type.
///
/// A policy is outside data until it has been read: size, depth and the growth through aliases are bounded, and no
/// input crashes the reader or makes it spend more than linear time.
public enum PolicyDocument {
    /// The most bytes a file may have: 4 MiB.
    public static let maximumSize = 4 << 20
    /// The most levels lists and mappings may nest.
    public static let maximumDepth = 64
    /// The most values that aliases may add to a document.
    public static let maximumAliasExpansion = 10_000
    /// The most mistakes that are told of one policy; past it the last says that there are more.
    public static let maximumDiagnostics = 1000
    /// What some programs begin a file with (RFC 3629 §6).
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Reads one document. `file` is the name that places carry.
    ///
    /// The node is nil for an empty document, which is a policy of defaults, and for one that cannot be read as YAML.
    /// Mistakes that leave the rest readable (a key given twice, a tag) are noted beside the node, so that all
    /// mistakes of a file can be told at once.
    public static func parse(_ text: String, file: String) -> (node: PolicyNode?, diagnostics: [PolicyDiagnostic]) {
        parse(Bytes(text), file: file)
    }

    /// Reads one document from bytes, which must be UTF-8.
    public static func parse(_ bytes: Bytes, file: String) -> (node: PolicyNode?, diagnostics: [PolicyDiagnostic]) {
        let source = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count..<bytes.count] : bytes
        guard source.count <= maximumSize else {
            let message = "the file has \(bytes.count) bytes; a policy may have at most \(maximumSize) (4 MiB)"
            return (nil, [PolicyDiagnostic(place: PolicyPlace(file: file, line: 1, column: 1), message: message)])
        }
        if let fault = SourceFault(in: source) {
            let place = PolicyPlace(file: file, line: fault.line, column: fault.column)
            return (nil, [PolicyDiagnostic(place: place, message: fault.message)])
        }
        var composer = Composer(source, file: file)
        let node = composer.document()
        return (node, composer.diagnostics.sorted())
    }
}
