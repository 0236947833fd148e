import Values

/// Whose networks addresses are in: autonomous systems by their ranges of addresses, as lists of routes have them.
public struct AutonomousSystems: Sendable {
    /// A system.
    public struct System: Sendable, Hashable {
        public let number: UInt32
        /// Its name; empty where the list has none.
        public let name: String

        /// `AS64500 Example Net`
        public var text: String { name.isEmpty ? "AS\(number)" : "AS\(number) \(name)" }
    }

    private struct Range: Sendable {
        let first: IPAddress
        let last: IPAddress
        let system: System
    }

    /// By their first address, of ranges that begin together the largest first.
    private let ranges: [Range]
    /// For each range, the nearest before it that may reach over it; -1 for none.
    private let enclosing: [Int]
    /// How many lines were not understood, and the number of the first.
    public let passedOver: (count: Int, firstLine: Int?)

    /// The largest list that is read, in bytes.
    public static let largest = 256 << 20
    private static let longestName = 100

    /// Reads a list, a range a line: `network number name`, `address length number` (pfx2as) or `first last number country
    /// name` (iptoasn), parted by tabs or spaces; `#` and `;` begin a comment. Ranges of number 0 belong to nobody.
    public init(_ list: Bytes) {
        var ranges: [Range] = []
        var passedOver: (count: Int, firstLine: Int?) = (0, nil)
        var (start, number) = (0, 0)
        while start < list.count {
            let end = list.withSpan { $0.firstIndex(of: .lf, from: start) } ?? list.count
            let line = list[start..<end].lossyString
            (start, number) = (end + 1, number + 1)
            let words = line.split { $0 == "\t" || $0 == " " || $0 == "\r" }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
            guard let range = AutonomousSystems.range(words) else {
                passedOver = (passedOver.count + 1, passedOver.firstLine ?? number)
                continue
            }
            if range.system.number != 0 { ranges.append(range) }
        }
        ranges.sort { $0.first != $1.first ? $0.first < $1.first : $0.last > $1.last }
        var enclosing: [Int] = []
        var open: [Int] = []
        for (place, range) in ranges.enumerated() {
            while let last = open.last, ranges[last].last < range.first { open.removeLast() }
            enclosing.append(open.last ?? -1)
            open.append(place)
        }
        (self.ranges, self.enclosing, self.passedOver) = (ranges, enclosing, passedOver)
    }

    private static func range(_ words: [String]) -> Range? {
        func system(_ text: String, _ name: ArraySlice<String>) -> System? {
            let digits = text.uppercased().hasPrefix("AS") ? text.dropFirst(2) : text[...]
            // Several origins of one network are written `64500_64501`: the first.
            guard let number = digits.split(whereSeparator: { $0 == "_" || $0 == "," }).first.flatMap({ UInt32($0) })
            else { return nil }
            return System(number: number, name: String(name.joined(separator: " ").prefix(longestName)))
        }
        guard words.count >= 2 else { return nil }
        if words[0].utf8.contains(.ascii("/")) {
            guard let network = IPNetwork(words[0]), let system = system(words[1], words[2...]) else { return nil }
            return Range(first: network.address, last: network.lastAddress, system: system)
        }
        guard words.count >= 3, let first = IPAddress(words[0]) else { return nil }
        if let last = IPAddress(words[1]) {
            guard first.isV4 == last.isV4, first <= last, let system = system(words[2], words.dropFirst(4)) else {
                return nil
            }
            return Range(first: first, last: last, system: system)
        }
        guard let length = Int(words[1]), let network = IPNetwork(first, prefixLength: length),
            let system = system(words[2], words[3...])
        else { return nil }
        return Range(first: network.address, last: network.lastAddress, system: system)
    }

    /// The system that `address` is in, by the smallest range that has it; nil where the list does not say.
    public func system(of address: IPAddress) -> System? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].first <= address { low = middle + 1 } else { high = middle }
        }
        var place = low - 1
        while place >= 0 {
            let range = ranges[place]
            if range.last >= address, range.first.isV4 == address.isV4 { return range.system }
            place = enclosing[place]
        }
        return nil
    }
}

extension IPNetwork {
    /// The last address of the network.
    fileprivate var lastAddress: IPAddress {
        let free = address.bitWidth - prefixLength
        switch address {
        case .v4(let value): return .v4(free >= 32 ? .max : value | (1 << UInt32(free) - 1))
        case .v6(let high, let low):
            let highBits = free >= 128 ? UInt64.max : free > 64 ? 1 << UInt64(free - 64) - 1 : 0
            let lowBits = free >= 64 ? UInt64.max : 1 << UInt64(free) - 1
            return .v6(high: high | highBits, low: low | lowBits)
        }
    }
}
