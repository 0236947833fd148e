import Archives
import Values

/// How a stream of a PDF file is packed (ISO 32000-2 §7.4), and what it is when it is unpacked.
struct PDFStream {
    /// A filter that is undone here; others are those of pictures.
    private enum Filter: Sendable {
        case hexadecimal, base85, lzw, deflate, runs

        /// By the names of the standard, in full or short.
        static let names: [String: Filter] = [
            "ASCIIHexDecode": .hexadecimal, "AHx": .hexadecimal, "ASCII85Decode": .base85, "A85": .base85,
            "LZWDecode": .lzw, "LZW": .lzw, "FlateDecode": .deflate, "Fl": .deflate, "RunLengthDecode": .runs,
            "RL": .runs,
        ]
        static let others: Set<String> = [
            "CCITTFaxDecode", "CCF", "JBIG2Decode", "DCTDecode", "DCT", "JPXDecode", "Crypt",
        ]
    }

    private var filters: [Filter] = []
    private var hasOtherFilter = false
    /// What is predicted of a row (§7.4.4.4): the parameters of the last filter that has any.
    private var predictor = 1
    private var colours = 1
    private var bits = 8
    private var columns = 1

    private static let filterLimit = 8

    /// Takes a name of the stream's dictionary; `number` is what may follow it.
    mutating func take(_ name: String, number: @autoclosure () -> Int?) {
        if let filter = Filter.names[name] {
            if filters.count < PDFStream.filterLimit { filters.append(filter) } else { hasOtherFilter = true }
        } else if Filter.others.contains(name) {
            hasOtherFilter = true
        } else {
            switch name {
            case "Predictor": predictor = number() ?? predictor
            case "Colors": colours = number() ?? colours
            case "BitsPerComponent": bits = number() ?? bits
            case "Columns": columns = number() ?? columns
            default: break
            }
        }
    }

    /// Whether all that packs it can be undone.
    var isReadable: Bool { !hasOtherFilter }

    /// Whether it stands in the file as it is.
    var isPlain: Bool { filters.isEmpty && !hasOtherFilter }

    /// `body` unpacked, `limit` bytes of each step at most: what can be had of it, what the steps came to in all, and
    /// whether there is more.
    func unpacked(_ body: Bytes, limit: Int) -> (content: Bytes, work: Int, isCut: Bool) {
        var content = body
        var work = 0
        for filter in filters {
            let room = max(0, limit - work)
            let (bytes, isCut) = PDFStream.undo(filter, content, limit: room)
            work += bytes.count
            content = bytes
            if isCut { return (content, work, true) }
        }
        if predictor > 1, !filters.isEmpty, let plain = unpredicted(content) {
            work += plain.count
            content = plain
        }
        return (content, work, false)
    }

    private static func undo(_ filter: Filter, _ body: Bytes, limit: Int) -> (Bytes, isCut: Bool) {
        var output: [UInt8] = []
        switch filter {
        case .deflate:
            // Two bytes of zlib stand before the stream.
            let (bytes, failure) = Inflation.beginning(body.piece(2, body.count), .raw, limit: limit)
            if case .tooLarge = failure { return (bytes, true) }
            return (bytes, false)
        case .hexadecimal:
            var half: UInt8?
            for byte in body {
                if byte == .ascii(">") { break }
                guard let digit = byte.hexDigitValue else { continue }
                if let high = half {
                    output.append(high << 4 | digit)
                    half = nil
                } else {
                    half = digit
                }
            }
            if let half { output.append(half << 4) }
        case .base85: output = base85(body)
        case .runs:
            var position = 0
            while position < body.count, body[position] != 128, output.count < limit {
                let length = Int(body[position])
                if length < 128 {
                    output += body.piece(position + 1, length + 1)
                    position += length + 2
                } else {
                    guard position + 1 < body.count else { break }
                    output += repeatElement(body[position + 1], count: 257 - length)
                    position += 2
                }
            }
        case .lzw: output = lzw(body, limit: limit)
        }
        guard output.count <= limit else { return (Bytes(output)[0..<limit], true) }
        return (Bytes(output), output.count == limit && filter != .hexadecimal && filter != .base85)
    }

    /// §7.4.3: five digits of base 85 are four bytes, the last group one digit more than bytes.
    private static func base85(_ body: Bytes) -> [UInt8] {
        var output: [UInt8] = []
        var group: [UInt8] = []
        func write(_ digits: [UInt8]) {
            let padded = digits + [UInt8](repeating: 84, count: 5 - digits.count)
            let value = padded.reduce(UInt64(0)) { $0 * 85 + UInt64($1) }
            for place in 0..<digits.count - 1 {
                output.append(UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * place)))
            }
        }
        for byte in body {
            if byte == .ascii("~") { break }
            if byte == .ascii("z"), group.isEmpty { output += [0, 0, 0, 0] }
            guard (0x21...0x75).contains(byte) else { continue }
            group.append(byte - 0x21)
            if group.count == 5 {
                write(group)
                group = []
            }
        }
        if group.count > 1 { write(group) }
        return output
    }

    /// §7.4.4.2: codes of 9 to 12 bits, the first bit of a byte first; the table grows one code early.
    private static func lzw(_ body: Bytes, limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        // Each entry is a piece of what is there already: where it starts, and how long it is.
        var table: [(start: Int, length: Int)] = []
        var (buffer, held, width) = (0, 0, 9)
        var previous: (start: Int, length: Int)?
        for byte in body {
            buffer = buffer << 8 & 0xFF_FFFF | Int(byte)
            held += 8
            guard held >= width else { continue }
            held -= width
            let code = buffer >> held & (1 << width - 1)
            if code == 257 || output.count >= limit { break }
            if code == 256 {
                (table, width, previous) = ([], 9, nil)
                continue
            }
            let start = output.count
            if code < 256 {
                output.append(UInt8(code))
            } else if code - 258 < table.count {
                let entry = table[code - 258]
                for place in entry.start..<entry.start + entry.length { output.append(output[place]) }
            } else if let previous, code - 258 == table.count {
                for place in previous.start..<previous.start + previous.length { output.append(output[place]) }
                output.append(output[start])
            } else {
                break
            }
            if let previous, table.count < 4096 - 258 { table.append((previous.start, previous.length + 1)) }
            previous = (start, output.count - start)
            switch table.count + 258 + 1 {
            case ..<512: width = 9
            case ..<1024: width = 10
            case ..<2048: width = 11
            default: width = 12
            }
        }
        return output
    }

    /// §7.4.4.4: rows that are told by how they differ from what is above or before; nil where the parameters are none.
    private func unpredicted(_ content: Bytes) -> Bytes? {
        guard (1...32).contains(colours), [1, 2, 4, 8, 16].contains(bits), (1...1 << 20).contains(columns) else {
            return nil
        }
        let step = max(1, colours * bits / 8)
        let row = (colours * bits * columns + 7) / 8
        var output: [UInt8] = []
        output.reserveCapacity(content.count)
        if predictor == 2 {
            guard bits == 8 else { return nil }
            for (place, byte) in content.enumerated() {
                output.append(place % row < step ? byte : byte &+ output[place - step])
            }
            return Bytes(output)
        }
        var position = 0
        while position + 1 < content.count {
            let kind = content[position]
            let length = min(row, content.count - position - 1)
            for place in 0..<length {
                let byte = content[position + 1 + place]
                let left = place >= step ? output[output.count - step] : 0
                let above = output.count >= row ? output[output.count - row] : 0
                let corner = place >= step && output.count >= row + step ? output[output.count - row - step] : 0
                switch kind {
                case 1: output.append(byte &+ left)
                case 2: output.append(byte &+ above)
                case 3: output.append(byte &+ UInt8((Int(left) + Int(above)) / 2))
                case 4: output.append(byte &+ PDFStream.paeth(Int(left), Int(above), Int(corner)))
                default: output.append(byte)
                }
            }
            position += 1 + length
        }
        return Bytes(output)
    }

    /// PNG §9.4.
    private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
        let guess = left + above - corner
        let distances = (abs(guess - left), abs(guess - above), abs(guess - corner))
        if distances.0 <= distances.1, distances.0 <= distances.2 { return UInt8(left) }
        return UInt8(distances.1 <= distances.2 ? above : corner)
    }
}
