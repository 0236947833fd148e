import Cryptography
import Values

/// Why a file is no model.
public struct BayesModelFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason in words, with the remedy.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The form of a model in a file, all numbers little-endian: 16 bytes that name the format and its version; bits of the
/// table, whether it is sparse, ham, spam, bias, scale, entries, each in four bytes; the entries; SHA-256 of all that.
extension BayesModel {
    private static let magic = Array("assay bayes 1\n\0\0".utf8)
    private static let headerSize = 48
    private static let checksumSize = 32
    /// Sizes of tables that are read.
    private static let sizes = 10...22
    /// No model is larger.
    public static let largest = headerSize + (4 << 22) + checksumSize

    /// Reads a model. Never trusts it: whatever the bytes, there is a model that is whole or a fault.
    public init(_ file: Bytes) throws(BayesModelFault) {
        guard file.count >= BayesModel.headerSize + BayesModel.checksumSize,
            file[0..<16].array == BayesModel.magic
        else {
            let isOther = file.count >= 12 && file[0..<12].array == Array(BayesModel.magic.prefix(12))
            throw BayesModelFault(
                isOther
                    ? "the model was written by another version of assay; learn it anew"
                    : "is no model that assay learn has written")
        }
        let content = file[0..<(file.count - BayesModel.checksumSize)]
        let checksum = SHA256.hash(content)
        guard checksum == file[content.count..<file.count].array else {
            throw BayesModelFault("the model is damaged (its checksum is wrong); run assay learn refit")
        }
        func number(_ index: Int) -> UInt32 { content.number(at: 16 + index * 4) }
        let bits = Int(number(0))
        let entries = Int(number(6))
        guard BayesModel.sizes.contains(bits), number(1) <= 1, number(2) < 1 << 31, number(3) < 1 << 31 else {
            throw BayesModelFault("the model is damaged (sizes that no model has); learn it anew")
        }
        let isSparse = number(1) == 1
        let size = isSparse ? entries * 8 : 4 << bits
        guard entries <= 1 << bits, isSparse || entries == 1 << bits, content.count == BayesModel.headerSize + size
        else {
            throw BayesModelFault("the model is damaged (\(content.count) bytes do not fit its table); learn it anew")
        }
        let (bias, scale) = (Float(bitPattern: number(4)), Float(bitPattern: number(5)))
        guard bias.isFinite, scale.isFinite, scale >= 0, abs(bias) < 1e6, scale < 1e6 else {
            throw BayesModelFault("the model is damaged (numbers that no model has); learn it anew")
        }
        var table = [UInt32](repeating: 0, count: 1 << bits)
        if isSparse {
            var previous = -1
            for entry in 0..<entries {
                let place = Int(content.number(at: BayesModel.headerSize + entry * 8))
                guard place > previous, place < table.count else {
                    throw BayesModelFault("the model is damaged (places out of order); learn it anew")
                }
                previous = place
                table[place] = content.number(at: BayesModel.headerSize + entry * 8 + 4)
            }
        } else {
            content.withSpan { span in
                for place in table.indices { table[place] = span.number(at: BayesModel.headerSize + place * 4) }
            }
        }
        self.init(
            bits: bits, table: table, scale: scale, bias: bias, hamCount: Int(number(2)), spamCount: Int(number(3)),
            id: String(Hexadecimal.text(checksum).prefix(16)))
    }

    /// The model as a file; the same model gives the same bytes.
    static func file(
        bits: Int, table: [UInt32], scale: Float, bias: Float, hamCount: Int, spamCount: Int
    ) -> [UInt8] {
        let used = table.count { $0 != 0 }
        let isSparse = used * 2 < table.count
        var file = magic
        file.reserveCapacity(headerSize + (isSparse ? used * 8 : table.count * 4) + checksumSize)
        for number in [
            UInt32(bits), isSparse ? 1 : 0, UInt32(hamCount), UInt32(spamCount), bias.bitPattern, scale.bitPattern,
            UInt32(isSparse ? used : table.count), 0,
        ] { file.append(number: number) }
        for (place, entry) in table.enumerated() where !isSparse || entry != 0 {
            if isSparse { file.append(number: UInt32(place)) }
            file.append(number: entry)
        }
        return file + SHA256.hash(Bytes(file))
    }
}

extension Bytes {
    /// The four bytes at `offset` as a number.
    func number(at offset: Int) -> UInt32 { withSpan { $0.number(at: offset) } }
}

extension RawSpan {
    /// The four bytes at `offset`, which must lie within the span, as a number.
    func number(at offset: Int) -> UInt32 {
        UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16
            | UInt32(self[offset + 3]) << 24
    }
}

extension [UInt8] {
    /// Appends a number in four bytes.
    mutating func append(number: UInt32) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
        append(UInt8(truncatingIfNeeded: number >> 16))
        append(UInt8(truncatingIfNeeded: number >> 24))
    }
}
