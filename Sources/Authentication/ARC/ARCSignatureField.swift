import Values

/// Writes the two signed fields of a set, tags in alphabetical order as published test vectors have them.
///
/// What follows `b=` begins on a line of its own, so that it lies the same whatever the signature.
struct ARCSignatureField {
    /// A tag and the pieces of its value, between which it may be folded.
    typealias Tag = (name: String, pieces: [String])

    private let opening: [UInt8]
    private let rest: [UInt8]
    private let lineEnd: [UInt8]

    /// RFC 5322 §2.1.1 asks for 78 characters at most; the semicolon needs room.
    private static let width = 76

    /// A field called `name` whose `a=` is `algorithm`, with `tags` after `b=`.
    init(_ kind: ARCFieldKind, algorithm: DKIMAlgorithm, tags: [Tag], lineEnd: [UInt8]) {
        self.lineEnd = lineEnd
        opening = Array("\(kind.rawValue): a=\(algorithm.rawValue);".utf8) + lineEnd + Array(" b=".utf8)
        var rest: [UInt8] = [.semicolon] + lineEnd
        var column = 0
        for (place, tag) in tags.enumerated() {
            for (number, piece) in tag.pieces.enumerated() {
                let text = Array((number == 0 ? "\(tag.name)=" : "").utf8) + Array(piece.utf8)
                if number > 0, column + text.count > ARCSignatureField.width {
                    rest += lineEnd
                    column = 0
                } else if number == 0, column > 0, column + 1 + text.count > ARCSignatureField.width {
                    rest += lineEnd
                    column = 0
                }
                if number == 0 || column == 0 {
                    rest.append(.space)
                    column += 1
                }
                rest += text
                column += text.count
            }
            if place < tags.count - 1 {
                rest.append(.semicolon)
                column += 1
            }
        }
        self.rest = rest
    }

    /// The field with an empty `b=` and without a line end: what is signed last (RFC 6376 §3.7).
    var unsigned: Bytes { Bytes(opening + rest) }

    /// The field with its signature and without a line end.
    ///
    /// The signature stays on one line: to the seals that cover the field a fold inside would be a space, which whoever
    /// folds anew may leave out. Of the longest key it takes 684 characters.
    func signed(_ signature: [UInt8]) -> Bytes {
        Bytes(opening + Array(Base64.text(signature).utf8) + rest)
    }
}
