/// How the sending of one query to one server ended.
enum Exchange: Sendable {
    case reply(Reply)
    /// Nothing that answers it came in time.
    case timeout
    /// The network or the server refused it.
    case unreachable
}
