import Values

/// A request for the state of the service, by HTTP (RFC 9112 §3): no more of it is read than says what is asked for.
enum StatusRequest: Hashable {
    /// The path asked for, its query taken off, and whether only the header is wanted.
    case get(path: String, isHead: Bool)
    /// More is to come.
    case incomplete
    /// It is refused with this status.
    case refused(Int)

    /// The most octets a request may have.
    static let limit = 8192

    /// Reads the beginning of a connection.
    static func read(_ bytes: [UInt8]) -> StatusRequest {
        // RFC 9112 §2.2: a line may end in LF alone; what follows the empty line is not looked at.
        var position = 0
        var first: ArraySlice<UInt8>?
        while let end = bytes[position...].firstIndex(of: .lf) {
            var line = bytes[position..<end]
            if line.last == .cr { line.removeLast() }
            if let first, line.isEmpty { return request(first) }
            // RFC 9112 §2.2: an empty line before the request is passed over.
            if first == nil, !line.isEmpty { first = line }
            position = end + 1
            if position > limit { break }
        }
        return bytes.count >= limit ? .refused(431) : .incomplete
    }

    private static func request(_ line: ArraySlice<UInt8>) -> StatusRequest {
        let words = line.split(separator: .space, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: Array("HTTP/1.".utf8)),
            words[1].allSatisfy({ (0x21...0x7E).contains($0) }), words[1].first == .ascii("/")
        else { return .refused(400) }
        let method = String(decoding: words[0], as: UTF8.self)
        guard method == "GET" || method == "HEAD" else { return .refused(405) }
        let path = words[1].prefix { $0 != .ascii("?") }
        return .get(path: String(decoding: path, as: UTF8.self), isHead: method == "HEAD")
    }
}
