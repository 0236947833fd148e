import Values

/// Reads one ICAP response, bytes in as they come (RFC 3507 §4). What is encapsulated is compared with what was sent; it
/// is kept only where the head says that it is that without a virus.
package struct ICAPReader: Sendable {
    /// A response that was read.
    package struct Response: Sendable, Hashable {
        /// Its head.
        package let head: ICAPHead
        /// The head of the HTTP response in it, where there is one.
        package let http: ICAPHead?
        /// Whether the body in it is what was sent; nil where there is none, or nobody needs to know.
        package let isSame: Bool?
        /// The body in it, where the server says that this is what was sent without what it found there.
        package var repaired: Bytes?
        /// Whether it was read to its end. What is decided before is not waited for, and the connection is of no more use.
        package var isWhole = true
    }

    /// A response that is none.
    package struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    private enum Part {
        case head
        case inner(ICAPHead, length: Int, hasBody: Bool)
        case size(ICAPHead, ICAPHead?)
        case chunk(ICAPHead, ICAPHead?, left: Int)
        case chunkEnd(ICAPHead, ICAPHead?)
        case trailer(ICAPHead, ICAPHead?)
    }

    private static let longestHead = 64 << 10
    private static let longestLine = 4 << 10
    /// How much longer content may be without a virus than with it.
    private static let mostAdded = 1 << 20

    private let sent: Bytes
    private var buffer: [UInt8] = []
    private var position = 0
    private var part = Part.head
    private var compared = 0
    private var isSame = true
    /// The body where it is kept, until it is longer than what was sent can become.
    private var body: [UInt8]?

    /// A reader of the response to a request with `sent` in its body.
    package init(to sent: Bytes) { self.sent = sent }

    /// Takes bytes; gives the response once it is whole. Nothing may follow it, as nothing more was asked.
    package mutating func consume(_ bytes: some Collection<UInt8>) throws(Mistake) -> Response? {
        buffer.append(contentsOf: bytes)
        defer {
            buffer.removeFirst(position)
            position = 0
        }
        while true {
            switch part {
            case .head:
                guard let bytes = try block() else { return nil }
                guard let head = ICAPHead(bytes) else { throw Mistake(description: "an answer that is not ICAP") }
                if let response = begin(head) { return response }
            case .inner(let head, let length, let hasBody):
                guard buffer.count - position >= length else { return nil }
                let bytes = Bytes(Array(buffer[position..<position + length]))
                position += length
                // A request comes back as one: what its head says is of no interest.
                let http = ICAPHead(bytes, of: "HTTP")
                guard hasBody else { return Response(head: head, http: http, isSame: nil) }
                if let http, !(200..<300).contains(http.status) {
                    return Response(head: head, http: http, isSame: nil, isWhole: false)
                }
                part = .size(head, http)
            case .size(let head, let http):
                guard let line = try line() else { return nil }
                // RFC 3507 §4.4.2, as HTTP has it: extensions follow a semicolon.
                let digits = line.lossyString.prefix { $0 != ";" }.filter { $0 != " " }
                guard !digits.isEmpty, digits.utf8.count <= 15, let size = Int(digits, radix: 16), size >= 0 else {
                    throw Mistake(description: "a chunk without a length")
                }
                part = size == 0 ? .trailer(head, http) : .chunk(head, http, left: size)
            case .chunk(let head, let http, let left):
                let count = min(left, buffer.count - position)
                guard count > 0 else { return nil }
                compare(position..<position + count)
                position += count
                guard isSame || body != nil else {
                    return Response(head: head, http: http, isSame: false, isWhole: false)
                }
                part = count == left ? .chunkEnd(head, http) : .chunk(head, http, left: left - count)
            case .chunkEnd(let head, let http):
                guard let line = try line() else { return nil }
                guard line.isEmpty else { throw Mistake(description: "a chunk longer than its length") }
                part = .size(head, http)
            case .trailer(let head, let http):
                guard let line = try line() else { return nil }
                if line.isEmpty {
                    return Response(
                        head: head, http: http, isSame: isSame && compared == sent.count,
                        repaired: body.map { Bytes($0) })
                }
            }
        }
    }

    /// What follows a head; the response itself where nothing does.
    private mutating func begin(_ head: ICAPHead) -> Response? {
        // What it found is in the head. A page that tells a person so may be long in coming.
        guard head.found == nil || head.isRepaired else {
            return Response(head: head, http: nil, isSame: nil, isWhole: false)
        }
        if head.isRepaired { body = [] }
        let parts = head.encapsulated
        let body = parts.last { $0.name.hasSuffix("-body") && $0.name != "null-body" }
        // RFC 3507 §4.5: 100 has nothing behind it; §4.6: neither has 204.
        guard head.status != 100, head.status != 204, let last = parts.last else {
            return Response(head: head, http: nil, isSame: nil)
        }
        let length = min(last.offset, ICAPReader.longestHead)
        if length > 0 {
            part = .inner(head, length: length, hasBody: body != nil)
        } else if body != nil {
            part = .size(head, nil)
        } else {
            return Response(head: head, http: nil, isSame: nil)
        }
        return nil
    }

    private mutating func compare(_ range: Range<Int>) {
        let end = compared + range.count
        isSame = isSame && end <= sent.count && buffer[range].elementsEqual(sent[compared..<end])
        compared = end
        guard body != nil else { return }
        if end <= sent.count + ICAPReader.mostAdded { body?.append(contentsOf: buffer[range]) } else { body = nil }
    }

    /// The lines up to an empty one.
    private mutating func block() throws(Mistake) -> Bytes? {
        var index = position
        while let end = buffer[index...].firstIndex(of: .lf) {
            let next = end + 1
            let isEnd = next < buffer.count && buffer[next] == .lf
            let isCRLFEnd = next + 1 < buffer.count && buffer[next] == .cr && buffer[next + 1] == .lf
            if isEnd || isCRLFEnd {
                let block = Bytes(Array(buffer[position..<end]))
                position = next + (isEnd ? 1 : 2)
                return block
            }
            index = next
        }
        guard buffer.count - position <= ICAPReader.longestHead else {
            throw Mistake(description: "a head of more than \(ICAPReader.longestHead) bytes")
        }
        return nil
    }

    private mutating func line() throws(Mistake) -> Bytes? {
        guard let end = buffer[position...].firstIndex(of: .lf) else {
            guard buffer.count - position <= ICAPReader.longestLine else {
                throw Mistake(description: "a line of more than \(ICAPReader.longestLine) bytes")
            }
            return nil
        }
        let last = end > position && buffer[end - 1] == .cr ? end - 1 : end
        let line = Bytes(Array(buffer[position..<last]))
        position = end + 1
        return line
    }
}
