import SMTP
import Values

/// The connections of a capture that are open, and those that have just ended.
///
/// What is held is bounded: over the limit the connection that was begun first gives way, those that carry no SMTP
/// before all others.
struct ConnectionTable: Sendable {
    /// How much is held.
    struct Limits: Sendable {
        var connections = 10_000
        var octets = 256 << 20
    }

    /// The two ends, the lower one first.
    private struct Key: Hashable, Sendable {
        let low: Endpoint
        let high: Endpoint

        init(_ left: Endpoint, _ right: Endpoint) {
            let isOrdered = (left.address, left.port ?? 0) <= (right.address, right.port ?? 0)
            (low, high) = isOrdered ? (left, right) : (right, left)
        }
    }

    private let limits: Limits
    private var connections: [Key: Connection] = [:]
    private var order: [(number: Int, key: Key)] = []
    private var count = 0
    private var octets = 0
    /// Connections that gave way to others before they ended.
    private(set) var displaced = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes a segment; hands out connections that it ended, or that gave way.
    mutating func add(_ segment: TCPSegment, _ datagram: IPDatagram, at time: Moment) -> [Connection] {
        let source = Endpoint(datagram.source, port: segment.sourcePort)
        let destination = Endpoint(datagram.destination, port: segment.destinationPort)
        let key = Key(source, destination)
        var done: [Connection] = []
        if let open = connections[key] {
            let sender: TranscriptEvent.Peer = open.client == source ? .client : .server
            if open.isOther(segment, from: sender), let last = remove(key, at: time) { done.append(last) }
        }
        if connections[key] == nil {
            guard let roles = Roles(segment, source, destination) else { return done }
            count += 1
            connections[key] = Connection(
                client: roles.client, server: roles.server, number: count, isFromStart: roles.isFromStart, at: time)
            order.append((count, key))
        }
        let sender: TranscriptEvent.Peer = connections[key]?.client == source ? .client : .server
        let before = connections[key]?.heldOctets ?? 0
        connections[key]?.add(segment, from: sender, at: time)
        octets += (connections[key]?.heldOctets ?? 0) - before
        // One that has ended stays for the packets that come after it, without its dialogue.
        if let ended = connections[key], ended.end != nil, connections[key]?.dialogue.isTold == false {
            connections[key]?.tell()
            octets -= (ended.heldOctets - (connections[key]?.heldOctets ?? 0))
            done.append(ended)
        }
        return done + makeRoom(at: time)
    }

    /// The capture ends: the connections that are still open, in the order in which they began.
    mutating func finish(at time: Moment) -> [Connection] {
        var rest: [Connection] = []
        for (number, key) in order where connections[key]?.number == number {
            if let connection = remove(key, at: time) { rest.append(connection) }
        }
        return rest
    }

    private mutating func remove(_ key: Key, at time: Moment) -> Connection? {
        guard var connection = connections.removeValue(forKey: key) else { return nil }
        octets -= connection.heldOctets
        guard connection.dialogue.isTold == false else { return nil }
        connection.finish(.unseen, at: time)
        return connection
    }

    private mutating func makeRoom(at time: Moment) -> [Connection] {
        guard connections.count > limits.connections || octets > limits.octets else { return [] }
        var done: [Connection] = []
        // First those that nobody asks for, all at once, so that this is seldom.
        order.removeAll { entry in
            guard let connection = connections[entry.key], connection.number == entry.number else { return true }
            guard connection.end != nil || connection.dialogue.isOther else { return false }
            octets -= connection.heldOctets
            connections[entry.key] = nil
            return true
        }
        var gone = 0
        while connections.count > limits.connections * 9 / 10 || octets > limits.octets, gone < order.count {
            let (number, key) = order[gone]
            gone += 1
            guard connections[key]?.number == number else { continue }
            displaced += 1
            if let connection = remove(key, at: time) { done.append(connection) }
        }
        order.removeFirst(gone)
        return done
    }
}
