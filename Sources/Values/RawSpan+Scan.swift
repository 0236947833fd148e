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
        return withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress,
                let found = memchr(base + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// The offset of the first occurrence of `needle` at or after `start`, or nil. An empty needle is never found.
    public func firstIndex(of needle: StaticString, from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount, needle.utf8CodeUnitCount > 0 else { return nil }
        return withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let found = assay_memmem(
                base + start, buffer.count - start, needle.utf8Start, needle.utf8CodeUnitCount)
            return found < 0 ? nil : start + found
        }
    }

    /// The offset of the first occurrence of `needle` at or after `start`, or nil. An empty needle is never found.
    public func firstIndex(of needle: [UInt8], from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount, !needle.isEmpty else { return nil }
        return withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let found = needle.withUnsafeBytes {
                assay_memmem(base + start, buffer.count - start, $0.baseAddress, $0.count)
            }
            return found < 0 ? nil : start + found
        }
    }

    /// The byte at `offset`, which must lie within the span.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        guard byteCount > 0 else { return true }
        return withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return memcmp(a, b, left.count) == 0
            }
        }
    }

    /// Whether the bytes in `range` are the ASCII string `text`, upper and lower case alike.
    public func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.lowerBound >= 0, range.upperBound <= byteCount else {
            return false
        }
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return range.isEmpty }
            return strncasecmp(
                (base + range.lowerBound).assumingMemoryBound(to: CChar.self),
                UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), range.count) == 0
        }
    }
}

extension RawSpan {
    /// Whether any byte is above 127, read eight at a time.
    public var containsEightBit: Bool {
        withUnsafeBytes { buffer in
            var offset = 0
            while offset + 8 <= buffer.count {
                if buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
                    return true
                }
                offset += 8
            }
            while offset < buffer.count {
                if buffer[offset] > 127 { return true }
                offset += 1
            }
            return false
        }
    }
}
