import Values

/// The word a misspelt one was meant to be.
public enum Suggestion {
    /// Longer words are not compared: no key is.
    private static let longest = 64

    /// `; did you mean 'threshold'?`, or nothing when no candidate is near.
    public static func hint(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The candidate within two edits of `word`, the nearest first and the earliest of equals, else one that begins
    /// with it or that it begins with. Case and the choice of `-` or `_` count for nothing.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let folded = fold(word)
        guard !folded.isEmpty, folded.count <= longest else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let other = fold(candidate)
            guard other.count <= longest, abs(other.count - folded.count) <= 2 else { continue }
            let distance = self.distance(folded, other)
            guard distance <= 2, distance < min(folded.count, other.count), distance < best?.distance ?? 3
            else { continue }
            best = (candidate, distance)
        }
        if let best { return best.candidate }
        guard folded.count >= 3 else { return nil }
        return candidates.first { candidate in
            let other = fold(candidate)
            return other.starts(with: folded) || other.count >= 3 && folded.starts(with: other)
        }
    }

    private static func fold(_ word: String) -> [UInt8] {
        word.utf8.map { $0 == .ascii("_") ? .hyphen : $0.lowercased }
    }

    /// The Damerau-Levenshtein distance (adjacent transpositions; no substring edited twice).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                row.append(cost)
            }
            (older, previous) = (previous, row)
        }
        return previous[b.count]
    }
}
