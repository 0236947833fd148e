import Cryptography
import Values

/// Why a file is no model.
public struct BayesModelFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason in words, with the remedy.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The form of a model in a file, all numbers little-endian: 16 bytes that name the format and its version; bits of the
/// table, whether it is sparse, ham, spam, bias, scale, entries, each in four bytes; four bytes of 0; the table
/// (`ModelTable`); SHA-256 of all that. It is judged by as it lies in the file.
///
/// Files of the first version are read too. Their sparse table is a place and an entry for each entry.
extension BayesModel {
    /// What a model that needs no conversion begins with.
    public static let magic = Array("assay bayes 2\n\0\0".utf8)
    private static let formerMagic = Array("assay bayes 1\n\0\0".utf8)
    static let headerSize = 48
    private static let checksumSize = 32
    /// Sizes of tables that are read.
    private static let sizes = 10...22
    /// No model is larger.
    public static let largest = headerSize + (4 << 22) + checksumSize

    /// Reads a model. Never trusts it: whatever the bytes, there is a model that is whole or a fault.
    public init(_ file: Bytes) throws(BayesModelFault) { try self.init(.read(file)) }

    /// Takes a model as it is in `file`. Never trusts it: whatever the bytes, there is a model that is whole or a fault.
    public init(_ file: FileContents) throws(BayesModelFault) {
        let size = file.count - BayesModel.checksumSize
        let head = file.withSpan { span in
            span.byteCount < 16 ? [] : (0..<16).map { span[$0] }
        }
        let isFormer = head == BayesModel.formerMagic
        guard size >= BayesModel.headerSize, isFormer || head == BayesModel.magic else {
            throw BayesModelFault(
                head.starts(with: BayesModel.magic.prefix(12))
                    ? "the model was written by another version of assay; learn it anew"
                    : "is no model that assay learn has written")
        }
        let checksum = file.withSpan { Digest.hash($0.extracting(0..<size), with: .sha256) }
        guard file.withSpan({ span in checksum.indices.allSatisfy { span[size + $0] == checksum[$0] } }) else {
            throw BayesModelFault("the model is damaged (its checksum is wrong); run assay learn refit")
        }
        let numbers = file.withSpan { span in (0..<7).map { span.littleEndian(at: 16 + $0 * 4) } }
        guard BayesModel.sizes.contains(Int(numbers[0])), numbers[1] <= 1, numbers[2] < 1 << 31, numbers[3] < 1 << 31
        else { throw BayesModelFault("the model is damaged (sizes that no model has); learn it anew") }
        let (bias, scale) = (Float(bitPattern: numbers[4]), Float(bitPattern: numbers[5]))
        guard bias.isFinite, scale.isFinite, scale >= 0, abs(bias) < 1e6, scale < 1e6 else {
            throw BayesModelFault("the model is damaged (numbers that no model has); learn it anew")
        }
        var contents = file
        var table = ModelTable(
            start: BayesModel.headerSize, bits: Int(numbers[0]), isSparse: numbers[1] == 1, count: Int(numbers[6]))
        if isFormer, table.isSparse {
            guard let entries = file.withSpan({ BayesModel.formerEntries(of: table, in: $0, size: size) }) else {
                throw BayesModelFault("the model is damaged (its table is no table); learn it anew")
            }
            let (isSparse, count, bytes) = ModelTable.bytes(of: entries, bits: table.bits)
            contents = .read(Bytes(bytes))
            table = ModelTable(start: 0, bits: table.bits, isSparse: isSparse, count: count)
        } else {
            guard table.size == size - BayesModel.headerSize, file.withSpan({ table.isSound(in: $0) }) else {
                throw BayesModelFault("the model is damaged (\(size) bytes do not fit its table); learn it anew")
            }
        }
        self.init(
            contents: contents, table: table, scale: scale, bias: bias, hamCount: Int(numbers[2]),
            spamCount: Int(numbers[3]), id: String(Hexadecimal.text(checksum).prefix(16)))
    }

    /// How many messages a model was made of, by the beginning of its file; 0 where that is too short to say.
    static func messageCount(ofHead head: [UInt8]) -> Int {
        guard head.count >= headerSize else { return 0 }
        let bytes = Bytes(head)
        return Int(bytes.number(at: 24)) + Int(bytes.number(at: 28))
    }

    /// The entries of a sparse table of the first version; nil when they are out of order or not as many as is said.
    private static func formerEntries(of table: ModelTable, in file: RawSpan, size: Int) -> [UInt32]? {
        guard table.count <= 1 << table.bits, size == table.start + 8 * table.count else { return nil }
        var entries = [UInt32](repeating: 0, count: 1 << table.bits)
        var previous = -1
        for entry in 0..<table.count {
            let place = Int(file.littleEndian(at: table.start + entry * 8))
            guard place > previous, place < entries.count else { return nil }
            previous = place
            entries[place] = file.littleEndian(at: table.start + entry * 8 + 4)
        }
        return entries
    }

    /// The model as a file; the same model gives the same bytes.
    static func file(
        bits: Int, table: [UInt32], scale: Float, bias: Float, hamCount: Int, spamCount: Int
    ) -> [UInt8] {
        let (isSparse, count, bytes) = ModelTable.bytes(of: table, bits: bits)
        var file = magic
        file.reserveCapacity(headerSize + bytes.count + checksumSize)
        for number in [
            UInt32(bits), isSparse ? 1 : 0, UInt32(hamCount), UInt32(spamCount), bias.bitPattern, scale.bitPattern,
            UInt32(count), 0,
        ] { file.append(number: number) }
        file += bytes
        return file + SHA256.hash(Bytes(file))
    }
}

extension Bytes {
    /// The four bytes at `offset`, which must lie within, as a number.
    func number(at offset: Int) -> UInt32 { withSpan { $0.littleEndian(at: offset) } }
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
