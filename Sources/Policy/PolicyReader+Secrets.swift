import Values

extension PolicyReader {
    /// The name of a file that holds a secret, and what `parse` makes of the file's contents; nil when the key is
    /// absent, or the mistake is noted. Of the contents nothing is ever told: neither among the settings nor in a
    /// complaint. `expecting` says what the file holds, with its article.
    ///
    /// There is no key for a secret itself: policies are shown, sent around and kept in case files.
    public mutating func secretFile<V: Sendable>(
        _ key: String, expecting: String, _ summary: String, parse: (Bytes) -> V?
    ) -> Placed<V>? {
        guard let name = optionalValue(key, expecting: "the name of a file", summary, parse: { $0.isEmpty ? nil : $0 })
        else { return nil }
        switch files.secret(in: name.value, namedAt: name.place) {
        case .failure(let error):
            report("the file '\(name.value)' cannot be read: \(error)", at: name.place)
        case .success(let contents):
            if let value = parse(contents) { return Placed(value, at: name.place) }
            report("the file '\(name.value)' does not hold \(expecting)", at: name.place)
        }
        return nil
    }
}
