import Values

extension JSON {
    /// JSON read back from a case; nil when it is none.
    init?(stored text: String) {
        do throws(ReadingError) { try self.init(reading: Bytes(text), maximumValues: .max) } catch { return nil }
    }
}
