import Values

/// A program that a policy has run about a message: the file itself with its arguments, no shell in between.
public struct ProgramCall: Sendable, Hashable {
    /// What the policy calls the program.
    public let name: String
    /// The absolute path of its file.
    public let path: String
    /// Its arguments, each as it is passed on.
    public let arguments: [String]
    /// What it finds in its environment besides PATH.
    public let environment: [Variable]
    /// How long it may take; it is ended then.
    public let limit: Duration
    /// Whether the message is its standard input; else that is empty.
    public let readsMessage: Bool

    /// A variable of a program's environment.
    public struct Variable: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// A variable. A NUL would end the value early: it is left out.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value.filter { $0 != "\0" }
        }
    }

    /// A call. A NUL would end an argument early: it is left out.
    public init(
        name: String, path: String, arguments: [String], environment: [Variable], limit: Duration, readsMessage: Bool
    ) {
        (self.name, self.path, self.limit, self.readsMessage) = (name, path, limit, readsMessage)
        self.arguments = arguments.map { argument in argument.filter { $0 != "\0" } }
        self.environment = environment
    }

    /// The call as the members of a JSON object.
    public var members: [String: JSON] {
        [
            "name": .string(name), "path": .string(path), "arguments": .array(arguments.map(JSON.string)),
            "environment": .object(
                Dictionary(environment.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { first, _ in first })),
            "timeout": .thousandths(Int(limit.milliseconds)), "reads_message": .bool(readsMessage),
        ]
    }
}
