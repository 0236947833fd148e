extension Bytes {
    /// The bytes read as UTF-8 with ASCII capitals in lower case, made in one pass: the names of fields, tags and
    /// parameters are compared in this form, dozens for each message.
    public var lowercasedText: String {
        withSpan { span in
            unsafe String(unsafeUninitializedCapacity: span.byteCount) { buffer in
                for offset in 0..<span.byteCount { unsafe buffer[offset] = span[offset].lowercased }
                return span.byteCount
            }
        }
    }
}

extension String {
    /// A string of at most `capacity` bytes, written where they are to lie.
    public init(capacity: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        self = unsafe String(unsafeUninitializedCapacity: capacity) { buffer in
            var span = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            write(&span)
            return unsafe span.finalize(for: buffer)
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends the UTF-8 bytes of `text`, for which there must be room.
    public mutating func append(utf8Of text: String) {
        let bytes = text.utf8.span
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            precondition(bytes.count <= buffer.count - count, "more text than there is room for")
            guard let start = buffer.baseAddress else { return }
            unsafe bytes.withUnsafeBufferPointer { text in
                guard let from = text.baseAddress else { return }
                unsafe (start + count).initialize(from: from, count: text.count)
            }
            unsafe count += bytes.count
        }
    }
}
