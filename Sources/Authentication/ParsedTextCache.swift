import Synchronization
import Values

/// What was read from texts before, by the text itself. What is read depends on nothing else, so a cache shared by many
/// messages and threads changes no verdict.
///
/// There are two generations: when the younger is full it becomes the elder, and what nobody asked for since goes. So
/// room is made in constant time.
final class ParsedTextCache<Parsed: Sendable>: Sendable {
    private let generations = Mutex(Generations())
    private let capacity: Int
    private let parse: @Sendable (Bytes) -> Parsed

    private struct Generations {
        var young: [Bytes: Parsed] = [:]
        var old: [Bytes: Parsed] = [:]

        mutating func insert(_ parsed: Parsed, for text: Bytes, capacity: Int) {
            if young.count >= capacity {
                old = young
                young = [:]
            }
            young[text] = parsed
        }
    }

    /// Texts longer than this are read each time rather than kept.
    private static var longestKept: Int { 4096 }

    /// A cache that keeps at least the `capacity` texts used last, and at most twice as many, as `parse` reads them.
    init(capacity: Int, parse: @escaping @Sendable (Bytes) -> Parsed) {
        self.capacity = max(1, capacity)
        self.parse = parse
    }

    /// What `text` is read as.
    func parsed(_ text: Bytes) -> Parsed {
        guard text.count <= ParsedTextCache.longestKept else { return parse(text) }
        if let known = lookUp(text) { return known }
        let parsed = parse(text)
        // A slice would keep the whole DNS answer it was cut from.
        let key = Bytes(Array(text))
        generations.withLock { $0.insert(parsed, for: key, capacity: capacity) }
        return parsed
    }

    /// How many texts are kept.
    var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    private func lookUp(_ text: Bytes) -> Parsed? {
        generations.withLock { generations -> Parsed? in
            if let known = generations.young[text] { return known }
            guard let known = generations.old.removeValue(forKey: text) else { return nil }
            generations.insert(known, for: text, capacity: capacity)
            return known
        }
    }
}
