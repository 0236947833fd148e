import Values

extension Bytes {
    /// The bytes read as UTF-8 with ASCII capitals in lower case, made in one pass: field and tag names are compared in
    /// this form, dozens for each message.
    var lowercasedText: String {
        withSpan { span in
            unsafe String(unsafeUninitializedCapacity: span.byteCount) { buffer in
                for offset in 0..<span.byteCount { unsafe buffer[offset] = span[offset].lowercased }
                return span.byteCount
            }
        }
    }
}
