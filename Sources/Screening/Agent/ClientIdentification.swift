/// How the server behind a proxy is told who the client is.
public enum ClientIdentification: String, Sendable, Hashable, CaseIterable {
    /// Not at all: every client is the proxy to it.
    case none
    /// By Postfix's XCLIENT command; a server that takes none gets no mail.
    case xclient
    /// By HAProxy's PROXY protocol, version 1: a line of text.
    case proxy1 = "proxy-v1"
    /// By HAProxy's PROXY protocol, version 2: binary.
    case proxy2 = "proxy-v2"
    /// By the address that connections come from: the client's own (Linux's IP_TRANSPARENT).
    case transparent
}
