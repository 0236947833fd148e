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
