import CByteScan

#if canImport(Glibc)
    import Glibc
#endif

/// Searches that run at the C library's vector speed. This file and the C bindings are the only ones that touch
/// unsafe pointers; every offset that leaves it has been checked against the span.
extension RawSpan {
    /// The offset of the first `byte` at or after `start`, or nil.
    @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        firstIndex(of: byte, in: start..<byteCount)
    }

    /// The offset of the first `byte` within `range`, or nil. `range` is clamped to the span.
    @inlinable
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        let range = range.clamped(to: 0..<byteCount)
        guard !range.isEmpty else { return nil }
        return unsafe withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress,
                let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// The offset of the first occurrence of `needle` at or after `start`, or nil. An empty needle is never found.
    public func firstIndex(of needle: StaticString, from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount, needle.utf8CodeUnitCount > 0 else { return nil }
        return unsafe withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let found = unsafe assay_memmem(
                base + start, buffer.count - start, needle.utf8Start, needle.utf8CodeUnitCount)
            return found < 0 ? nil : start + found
        }
    }

    /// The offset of the first occurrence of `needle` at or after `start`, or nil. An empty needle is never found.
    public func firstIndex(of needle: [UInt8], from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount, !needle.isEmpty else { return nil }
        return unsafe withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let found = unsafe needle.withUnsafeBytes {
                unsafe assay_memmem(base + start, buffer.count - start, $0.baseAddress, $0.count)
            }
            return found < 0 ? nil : start + found
        }
    }

    /// The byte at `offset`, which must lie within the span.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The four bytes at `offset`, which must lie within the span, as a number, the last byte counting most.
    @inlinable
    public func littleEndian(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        guard byteCount > 0 else { return true }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return unsafe memcmp(a, b, left.count) == 0
            }
        }
    }

    /// Whether the bytes in `range` are the ASCII string `text`, upper and lower case alike.
    public func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.lowerBound >= 0, range.upperBound <= byteCount else {
            return false
        }
        return unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return range.isEmpty }
            return unsafe strncasecmp(
                (base + range.lowerBound).assumingMemoryBound(to: CChar.self),
                UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), range.count) == 0
        }
    }
}

extension RawSpan {
    /// The offset of the first byte within `range` that RFC 5322 §3.6.8 does not allow in a field name (a control, a
    /// space, a colon, DEL; bytes above 127 are let pass), or the end of `range`. `range` is clamped to the span.
    public func endOfFieldName(in range: Range<Int>) -> Int {
        let range = range.clamped(to: 0..<byteCount)
        return unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return range.upperBound }
            return unsafe Int(assay_field_name_end(base, range.upperBound, range.lowerBound))
        }
    }

    /// The next start of a line after `offset` where the line is empty or may be a field of one of `names`: its first
    /// letter and its colon are those of one. Nil when there is none. Lines end at LF.
    public func nextLine(after offset: Int, emptyOrNamedLike names: FieldShapes) -> Int? {
        guard offset >= 0, offset < byteCount else { return nil }
        let found = unsafe withUnsafeBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe Int(assay_next_line(base, buffer.count, offset, names.shapes))
        }
        return found < byteCount ? found : nil
    }

    /// How many bytes are LF.
    public var lineFeedCount: Int {
        var count = 0
        for offset in stride(from: 0, to: byteCount, by: 64) { count += marks(at: offset).lineFeeds.nonzeroBitCount }
        return count
    }

    /// The eight bytes at `offset` as one number; nil where the span has fewer.
    @inlinable
    public func word(at offset: Int) -> UInt64? {
        guard offset >= 0, offset + 8 <= byteCount else { return nil }
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}

/// Three field names by what `RawSpan.nextLine` looks at: first letter and length.
public struct FieldShapes: Sendable {
    let shapes: assay_field_shapes

    /// The shapes of three names, none of them empty and none longer than 255 bytes.
    public init(_ first: StaticString, _ second: StaticString, _ third: StaticString) {
        func initial(_ name: StaticString) -> UInt8 { name.withUTF8Buffer { unsafe ($0.first ?? 0) | 0x20 } }
        func length(_ name: StaticString) -> UInt8 { UInt8(clamping: name.utf8CodeUnitCount) }
        shapes = assay_field_shapes(
            initials: (initial(first), initial(second), initial(third)),
            lengths: (length(first), length(second), length(third)))
    }
}

/// Which of sixty-four bytes in a row are what; the lowest bit of each number is the first byte's.
public struct ByteMarks: Sendable {
    /// The bytes that are LF.
    public let lineFeeds: UInt64
    /// The bytes that are CR.
    public let carriageReturns: UInt64
    /// The bytes that are NUL or above 127.
    public let irregular: UInt64
}

extension RawSpan {
    /// Marks the sixty-four bytes from `offset` on, or as many as there are.
    public func marks(at offset: Int) -> ByteMarks {
        guard offset >= 0, offset < byteCount else {
            return ByteMarks(lineFeeds: 0, carriageReturns: 0, irregular: 0)
        }
        let marks = unsafe withUnsafeBytes { unsafe assay_mark($0.baseAddress, $0.count, offset) }
        return ByteMarks(
            lineFeeds: marks.line_feeds, carriageReturns: marks.carriage_returns, irregular: marks.irregular)
    }
}

/// The kinds of bytes in a span that tell irregular mail from regular.
public struct ByteCensus: Sendable, Hashable {
    /// How many bytes are CR.
    public let carriageReturns: Int
    /// Whether a byte is NUL.
    public let hasNUL: Bool
    /// Whether a byte is above 127.
    public let hasEightBit: Bool

    /// What was counted.
    public init(carriageReturns: Int, hasNUL: Bool, hasEightBit: Bool) {
        (self.carriageReturns, self.hasNUL, self.hasEightBit) = (carriageReturns, hasNUL, hasEightBit)
    }
}

extension [UInt8] {
    /// Appends a text of the program.
    public mutating func append(literal text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends what is JSON already, then `text` as a JSON string, quoted and escaped.
    public mutating func append(literal: StaticString, quoting text: String) {
        let span = unsafe text.utf8.span.bytes
        let plain = append(literal, plainJSONOf: span, isQuoted: true)
        guard plain < span.byteCount else { return }
        JSON.write(escaped: span, from: plain, to: &self)
        append(.quote)
    }

    /// Appends `literal` and those bytes of `span`, from its start on, that a JSON string holds as they are; the number of
    /// these. With quotation marks around them, the latter only where they are all.
    mutating func append(_ literal: StaticString, plainJSONOf span: RawSpan, isQuoted: Bool) -> Int {
        var plain = 0
        append(addingCapacity: literal.utf8CodeUnitCount + span.byteCount + 2) { room in
            unsafe span.withUnsafeBytes { text in
                unsafe room.withUnsafeMutableBufferPointer { buffer, count in
                    guard let start = buffer.baseAddress else { return }
                    var end = unsafe UnsafeMutableRawPointer(start + count)
                    let first = unsafe end
                    unsafe end.copyMemory(from: literal.utf8Start, byteCount: literal.utf8CodeUnitCount)
                    unsafe end += literal.utf8CodeUnitCount
                    if isQuoted {
                        unsafe end.storeBytes(of: UInt8.quote, as: UInt8.self)
                        unsafe end += 1
                    }
                    if let from = text.baseAddress { plain = unsafe assay_copy_plain_json(end, from, text.count) }
                    unsafe end += plain
                    if isQuoted, plain == text.count {
                        unsafe end.storeBytes(of: UInt8.quote, as: UInt8.self)
                        unsafe end += 1
                    }
                    unsafe count += end - first
                }
            }
        }
        return plain
    }

    /// Appends the bytes of `span` in `range`, which must lie within it, copied whole.
    public mutating func append(_ span: RawSpan, in range: Range<Int>) {
        unsafe span.extracting(range).withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

extension RawSpan {
    /// Whether any byte is above 127, read eight at a time.
    public var containsEightBit: Bool {
        unsafe withUnsafeBytes { buffer in
            var offset = 0
            while offset + 8 <= buffer.count {
                if unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
                    return true
                }
                offset += 8
            }
            while offset < buffer.count {
                if unsafe buffer[offset] > 127 { return true }
                offset += 1
            }
            return false
        }
    }

    /// Whether a byte within `range` is a control other than a tab or LF. `range` is clamped to the span.
    public func hasControl(in range: Range<Int>) -> Bool {
        let range = range.clamped(to: 0..<byteCount)
        return unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe assay_has_control(base + range.lowerBound, range.count) != 0
        }
    }

    /// Whether all is printable ASCII that a JSON string holds as it is.
    public var isPlainASCII: Bool { firstIndexOfEscaped(from: 0) == nil && !containsEightBit }

    /// The offset of the first byte at or after `start` that we do not let a JSON string hold as it is: a control, DEL, a
    /// quotation mark, a backslash, or the first of a character above ASCII that acts on a terminal or turns text round.
    /// Nil when there is none.
    func firstIndexOfEscaped(from start: Int) -> Int? {
        guard start >= 0, start < byteCount else { return nil }
        let place = unsafe withUnsafeBytes { buffer in
            unsafe Int(assay_plain_json_end(buffer.baseAddress, buffer.count, start))
        }
        return place < byteCount ? place : nil
    }

    /// How far from `start`, the beginning of a line, whole lines reach that RFC 5321 §4.5.2 lets stand as they are:
    /// each ends with CRLF, begins with no dot and holds no NUL and no CR or LF but that of its end.
    public func endOfPlainLines(from start: Int) -> Int {
        guard start >= 0, start < byteCount else { return start }
        return unsafe withUnsafeBytes { unsafe Int(assay_plain_lines_end($0.baseAddress, $0.count, start)) }
    }

    /// What kinds of bytes there are, found in one pass.
    public var census: ByteCensus {
        unsafe withUnsafeBytes { buffer in
            let census = unsafe assay_take_census(buffer.baseAddress, buffer.count)
            return ByteCensus(
                carriageReturns: Int(census.carriage_returns), hasNUL: census.has_nul != 0,
                hasEightBit: census.has_eight_bit != 0)
        }
    }
}

extension RawSpan {
    /// The bytes in `range`, which must lie within the span, as a string; nil when they are not UTF-8.
    func string(in range: Range<Int>) -> String? {
        let text = extracting(range)
        return unsafe text.withUnsafeBytes { bytes in
            // ASCII needs no look at each character, which takes most of the time for what is short.
            text.containsEightBit
                ? unsafe String(validating: bytes, as: UTF8.self) : unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The bytes that the span encodes in base64 (RFC 4648 §4), white space and line ends passed over. Nil when it has
    /// another character that is none of base64, anything but white space after its padding, or too much padding.
    /// Missing padding is taken.
    public func decodedBase64() -> [UInt8]? {
        var isValid = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount / 4 * 3 + 3) { output, count in
            let length = unsafe withUnsafeBytes {
                unsafe assay_base64_decode($0.baseAddress, $0.count, output.baseAddress)
            }
            isValid = length >= 0
            count = max(0, length)
        }
        return isValid ? bytes : nil
    }
}
