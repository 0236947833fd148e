import Values

/// A key of the review.
enum LabelKey: Hashable {
    case ham, spam, undo, skip, back, quit, suspend, help
    case down, up, pageDown, pageUp, top
    case other

    /// The keys in what a terminal sent.
    static func read(_ bytes: [UInt8]) -> [LabelKey] {
        var keys: [LabelKey] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == 0x1B, rest.first == .ascii("[") || rest.first == .ascii("O") {
                rest.removeFirst()
                let sequence = rest.prefix { !(0x40...0x7E).contains($0) }
                rest = rest.dropFirst(sequence.count)
                keys.append(LabelKey(sequence: Array(sequence), last: rest.popFirst()))
            } else {
                keys.append(LabelKey(byte))
            }
        }
        return keys
    }

    private init(_ byte: UInt8) {
        self =
            switch byte {
            case .ascii("h"), .ascii("H"): .ham
            case .ascii("s"), .ascii("S"): .spam
            case .ascii("u"), .ascii("U"): .undo
            case .ascii(" "), .ascii("n"): .skip
            case .ascii("p"), 0x7F, 0x08: .back
            case .ascii("q"), .ascii("Q"), 0x03, 0x04: .quit
            case 0x1A: .suspend
            case .ascii("?"): .help
            case .ascii("j"), 0x0D, 0x0A: .down
            case .ascii("k"): .up
            case 0x06: .pageDown
            case 0x02: .pageUp
            case .ascii("g"): .top
            default: .other
            }
    }

    private init(sequence: [UInt8], last: UInt8?) {
        self =
            switch last {
            case .ascii("A"): .up
            case .ascii("B"): .down
            case .ascii("C"): .skip
            case .ascii("D"): .back
            case .ascii("H"): .top
            case .ascii("~") where sequence == [.ascii("5")]: .pageUp
            case .ascii("~") where sequence == [.ascii("6")]: .pageDown
            default: .other
            }
    }
}
