import Values

/// How a server presents itself to a session, and where its limits are: a replay of the session needs the same.
public struct RecordedService: Sendable, Hashable {
    /// Name, extensions and limits.
    public let configuration: ServerConfiguration
    /// Whether everything was judged and nothing refused, held up or changed.
    public let isShadow: Bool

    /// A server of this configuration.
    public init(_ configuration: ServerConfiguration, isShadow: Bool) {
        (self.configuration, self.isShadow) = (configuration, isShadow)
    }
}

extension RecordedService {
    /// The fields of a line with the event.
    var fields: [String: JSON] {
        let (service, limits) = (configuration, configuration.lineLimits)
        let required: [(String, Bool)] = [
            ("helo", service.requiresHelo), ("tls", service.requiresTLS),
            ("tls-for-auth", service.requiresTLSForAuthentication), ("auth", service.requiresAuthentication),
        ]
        var fields: [String: JSON] = [
            "hostname": .string(service.hostname),
            "extensions": .array(service.extensions.map { .string($0.line(sizeLimit: service.sizeLimit)) }),
            "size_limit": .integer(service.sizeLimit), "max_recipients": .integer(service.maximumRecipients),
            "max_errors": .integer(service.maximumErrors), "max_idle": .integer(service.maximumIdleCommands),
            "line_ends": .string(service.discipline.rawValue), "max_line": .integer(limits.command),
            "max_auth_line": .integer(limits.authentication),
            "requires": .array(required.filter(\.1).map { .string($0.0) }), "shadow": .bool(isShadow),
        ]
        if service.delaysRefusals { fields["delay_refusals"] = .bool(true) }
        return fields
    }

    /// Reads the fields; those that are left out have the defaults of a server.
    init(_ fields: JSONFields) throws {
        var service = ServerConfiguration(hostname: try fields.text("hostname") ?? "localhost")
        if let lines = try fields.texts("extensions") {
            service.extensions = lines.map { ServerExtension(line: $0) }
        }
        func number(_ name: String, _ value: inout Int) throws {
            guard let found = try fields.number(name) else { return }
            guard found >= 0 else { throw TranscriptFields.Fault(message: "field '\(name)' is a negative number") }
            value = found
        }
        try number("size_limit", &service.sizeLimit)
        try number("max_recipients", &service.maximumRecipients)
        try number("max_errors", &service.maximumErrors)
        try number("max_idle", &service.maximumIdleCommands)
        var (command, authentication) = (service.lineLimits.command, service.lineLimits.authentication)
        try number("max_line", &command)
        try number("max_auth_line", &authentication)
        // What a line may hold bounds what a reader of it holds.
        service.lineLimits = LineLimits(command: min(command, 1 << 20), authentication: min(authentication, 1 << 20))
        if let name = try fields.text("line_ends") {
            guard let discipline = LineDiscipline(rawValue: name) else {
                throw TranscriptFields.Fault(message: "field 'line_ends' has an unknown value")
            }
            service.discipline = discipline
        }
        if let required = try fields.texts("requires") {
            service.requiresHelo = required.contains("helo")
            service.requiresTLS = required.contains("tls")
            service.requiresTLSForAuthentication = required.contains("tls-for-auth")
            service.requiresAuthentication = required.contains("auth")
        }
        service.delaysRefusals = try fields.flag("delay_refusals") ?? false
        self.init(service, isShadow: try fields.flag("shadow") ?? false)
    }
}

extension ServerExtension {
    /// The extension that a line of an EHLO reply offers.
    init(line: String) {
        let words = line.split(separator: " ").map { $0.uppercased() }
        switch words.first {
        case "PIPELINING": self = .pipelining
        case "SIZE": self = .size
        case "8BITMIME": self = .eightBitMIME
        case "SMTPUTF8": self = .smtpUTF8
        case "DSN": self = .dsn
        case "ENHANCEDSTATUSCODES": self = .enhancedStatusCodes
        case "CHUNKING": self = .chunking
        case "STARTTLS": self = .startTLS
        case "AUTH": self = .auth(Array(words.dropFirst()))
        default: self = .other(line)
        }
    }
}
