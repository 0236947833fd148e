import ArgumentParser
import Values

extension Timestamp: ExpressibleByArgument {
    /// An RFC 3339 date-time, a date, or `@` and seconds since 1970.
    public init?(argument: String) { self.init(rfc3339: argument) }
}

extension IPAddress: ExpressibleByArgument {
    /// An IPv4 or IPv6 address.
    public init?(argument: String) { self.init(argument) }
}
