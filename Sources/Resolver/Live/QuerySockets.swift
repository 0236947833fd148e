import NIOCore

/// The UDP sockets to one server: queries are spread over them by chance, and each is replaced after some queries, so
/// that ports are hard to guess (RFC 5452 §9.2) at a fraction of the price of one for each query.
final class QuerySockets {
    static let count = 32
    static let queriesPerSocket = 64

    private let server: SocketAddress
    private let eventLoop: any EventLoop
    private var sockets: [QuerySocket?] = Array(repeating: nil, count: count)
    private var random = SystemRandomNumberGenerator()
    private var isClosed = false

    init(server: SocketAddress, eventLoop: any EventLoop) { (self.server, self.eventLoop) = (server, eventLoop) }

    /// Sends a query and waits for its answer.
    func send(
        _ question: WireQuestion, wait: TimeAmount, makeQuery: (WireQuestion, UInt16) -> [UInt8]?
    ) -> EventLoopFuture<Exchange> {
        guard !isClosed else { return eventLoop.makeSucceededFuture(.unreachable) }
        let place = Int.random(in: sockets.indices, using: &random)
        let socket = sockets[place] ?? QuerySocket.open(to: server, on: eventLoop)
        let question = question.mixingCase(using: &random)
        let future = socket.send(question, wait: wait, random: &random) { makeQuery(question, $0) }
        let isSpent = socket.used >= QuerySockets.queriesPerSocket
        if isSpent { socket.retire() }
        sockets[place] = isSpent ? nil : socket
        return future
    }

    /// Closes the sockets; queries that wait are given up.
    func close() {
        isClosed = true
        for socket in sockets { socket?.close() }
        sockets = []
    }
}
