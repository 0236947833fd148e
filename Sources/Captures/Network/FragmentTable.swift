import Values

/// Puts datagrams together from their fragments (RFC 791 §3.2, RFC 8200 §4.5).
///
/// Fragments that overlap and are not the same make the whole datagram void, as RFC 5722 has it for IPv6: nobody can
/// say which of the two a host took. What is held is bounded; over the limit the oldest datagram gives way.
struct FragmentTable: Sendable {
    private struct Key: Hashable, Sendable {
        let source: IPAddress
        let destination: IPAddress
        let identification: Int
        let protocolNumber: Int
    }

    private struct Draft: Sendable {
        let number: Int
        var first: IPDatagram?
        var pieces: [(offset: Int, bytes: Bytes)] = []
        var length: Int?
        /// Whether it was put together already, or cannot be: what still comes of it is nothing new.
        var isVoid = false
    }

    private var drafts: [Key: Draft] = [:]
    private var order: [(number: Int, key: Key)] = []
    private var nextNumber = 0
    /// Datagrams that could not be put together.
    private(set) var lost = 0

    /// RFC 791 §3.1: a datagram has at most 65,535 octets.
    private static let mostOctets = 65_535
    private static let mostPieces = 128
    private static let mostDrafts = 1024

    /// Datagrams of which parts are missing still.
    var waiting: Int { drafts.count { !$0.value.isVoid } }

    /// Takes a datagram; a fragment gives the whole once all of them are there.
    mutating func add(_ datagram: IPDatagram) -> IPDatagram? {
        guard let fragment = datagram.fragment else { return datagram }
        // RFC 8200 §4.5: fragments of one datagram can differ in what follows their header; the first one's counts.
        let key = Key(
            source: datagram.source, destination: datagram.destination, identification: fragment.identification,
            protocolNumber: datagram.source.isV4 ? datagram.protocolNumber : 0)
        if drafts[key] == nil {
            drafts[key] = Draft(number: nextNumber)
            order.append((nextNumber, key))
            nextNumber += 1
            makeRoom()
        }
        guard var draft = drafts[key], !draft.isVoid else { return nil }
        drafts[key] = nil
        add(datagram, fragment, to: &draft)
        let whole = FragmentTable.whole(draft)
        if whole != nil { (draft.isVoid, draft.pieces, draft.first) = (true, [], nil) }
        drafts[key] = draft
        return whole
    }

    private mutating func add(_ datagram: IPDatagram, _ fragment: IPDatagram.Fragment, to draft: inout Draft) {
        let end = fragment.offset + datagram.payload.count
        let isCut = datagram.payload.count < datagram.payloadLength
        let isUneven = !fragment.isLast && datagram.payload.count % 8 != 0
        if isCut || isUneven || end > FragmentTable.mostOctets || draft.pieces.count >= FragmentTable.mostPieces {
            return void(&draft)
        }
        if fragment.offset == 0 { draft.first = draft.first ?? datagram }
        if fragment.isLast {
            if let length = draft.length, length != end { return void(&draft) }
            draft.length = end
        }
        let place = draft.pieces.firstIndex { $0.offset >= fragment.offset } ?? draft.pieces.count
        if place < draft.pieces.count, draft.pieces[place].offset == fragment.offset,
            draft.pieces[place].bytes == datagram.payload
        {
            return
        }
        let before = place > 0 ? draft.pieces[place - 1].offset + draft.pieces[place - 1].bytes.count : 0
        if before > fragment.offset || place < draft.pieces.count && draft.pieces[place].offset < end {
            return void(&draft)
        }
        draft.pieces.insert((fragment.offset, datagram.payload), at: place)
    }

    private mutating func void(_ draft: inout Draft) {
        lost += 1
        (draft.isVoid, draft.pieces, draft.first) = (true, [], nil)
    }

    private static func whole(_ draft: Draft) -> IPDatagram? {
        guard let length = draft.length, let first = draft.first, !draft.isVoid else { return nil }
        var bytes: [UInt8] = []
        for piece in draft.pieces {
            guard piece.offset == bytes.count else { return nil }
            bytes += piece.bytes
        }
        return bytes.count == length ? IPDatagram(first, payload: Bytes(bytes)) : nil
    }

    private mutating func makeRoom() {
        var gone = 0
        while drafts.count > FragmentTable.mostDrafts, gone < order.count {
            let (number, key) = order[gone]
            gone += 1
            guard let draft = drafts[key], draft.number == number else { continue }
            if !draft.isVoid { lost += 1 }
            drafts[key] = nil
        }
        order.removeFirst(gone)
        if order.count > 2 * drafts.count + 1024 { order.removeAll { drafts[$0.key]?.number != $0.number } }
    }
}
