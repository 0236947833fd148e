import Archives
import ArgumentParser
import Authentication
import Cryptography
import Mail
import Policy
import Values

/// `assay sign dkim`
struct SignDKIM: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dkim",
        abstract: "Sign a message with DKIM (RFC 6376).",
        discussion: """
            MESSAGE is a file with one message, ARCHIVE#N, or - for standard input. The signed message is written: the signature on top, \
            every byte below it as it was. With several keys, as one of RSA and one of Ed25519 (RFC 8463), each gives a \
            signature.

            A message that receivers would refuse or change is not signed: without From or with two, with a CR that is \
            no part of a line end, with line ends of both kinds, with a line of more than 998 characters, with a header \
            that is none. The exit code is 65 then.
            """)

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @OptionGroup var keyOptions: SigningKeyOptions

    @Option(
        help: ArgumentHelp("i=: an address in the domain or below it, or @ and such a domain.", valueName: "address"))
    var identity: String?

    @Option(
        help: ArgumentHelp(
            "c=: how much change the signature bears, for header and body: relaxed or simple.",
            valueName: "header/body"))
    var canonicalization = DKIMCanonicalization(header: .relaxed, body: .relaxed)

    @Option(
        help: ArgumentHelp(
            "The fields to sign, colons between; without it those of RFC 6376 section 5.4.1 and a few more.",
            valueName: "names"))
    var headers: String?

    @Option(
        help: ArgumentHelp(
            """
            The fields that nobody may add to unnoticed, colons between: listed once more than they are there. all \
            stands for those that a message has once; an empty list for none.
            """,
            valueName: "names"))
    var oversign = DKIMSigningOptions.standardOversigned.joined(separator: ":")

    @Option(
        help: ArgumentHelp("x=: how long the signature counts (7d, 12h), or never: for ever.", valueName: "duration"))
    var expires = "7d"

    @Option(help: ArgumentHelp("t=: the time of the signature (RFC 3339); without it, now.", valueName: "time"))
    var now: Timestamp?

    @Flag(help: "Say in l= how long the body is: what is appended later is not signed, and anybody can append.")
    var length = false

    @Flag(name: .customLong("copy-headers"), help: "Copy the signed fields into z=, for finding out what changed them.")
    var copyHeaders = false

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        if let now, now.seconds < 0 { throw ValidationError("--now: a signature cannot tell a time before 1970.") }
        if expires != "never", DurationText.parse(expires).map({ $0.components.seconds <= 0 }) ?? true {
            throw ValidationError("--expires: '\(expires)' is no duration such as 7d or 12h, nor never.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let options = DKIMSigningOptions(
                domain: try keyOptions.domainName(), identity: identity, canonicalization: canonicalization,
                headers: headers.map(SignDKIM.names),
                oversignedHeaders: oversign == "all"
                    ? DKIMSigningOptions.thoroughOversigned : SignDKIM.names(oversign),
                signedAt: now ?? WallClock.now, lifetime: expires == "never" ? nil : DurationText.parse(expires),
                countsBody: length, copiesHeaders: copyHeaders)
            let keys = try keyOptions.signingKeys()
            let bytes = try MessagePlace(message).entry(isOnly: true).message
            switch DKIMSigner.sign(Message(bytes), with: keys, options: options) {
            case .failure(let fault):
                throw fault.failure(of: message, keys: keys, in: keyOptions)
            case .success(let fields):
                var file = try FileOutput(path: output, inputs: [message] + keyOptions.keys)
                for field in fields { file.append(field.array) }
                file.append(bytes.array)
                try file.flush()
            }
        }
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ":").map { String($0.trimmingSpaces) }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension DKIMSigningFault {
    /// The failure that names what is to be changed: an option, the file of a key, or the message.
    func failure(of message: String, keys: [DKIMSigningKey], in options: SigningKeyOptions) -> Failure {
        let (code, place): (Failure.Code, String) =
            switch self {
            case .noKey, .tooManyKeys: (.usage, "--key")
            case .notAFieldName, .unsteadyField: (.usage, "--headers or --oversign")
            case .fromNotSigned: (.usage, "--headers")
            case .identityOutsideDomain: (.usage, "--identity")
            case .timesUnusable: (.usage, "--now or --expires")
            case .nameTooLong: (.usage, "--selector")
            case .keySize(let bits):
                (.badData, zip(keys, options.keys).first { $0.0.key.bits == bits }?.1 ?? "--key")
            case .notSigned: (.badData, options.keys.first ?? "--key")
            case .noFrom, .severalFrom, .headerTooLarge, .headerMalformed, .bareCR, .mixedLineEnds, .longLine, .nul:
                (.badData, message)
            }
        return Failure(code, TerminalLine.safe("\(place): \(self)"))
    }
}

extension DKIMCanonicalization: ExpressibleByArgument {
    /// `header/body`.
    public init?(argument: String) {
        guard argument.utf8.contains(.ascii("/")) else { return nil }
        self.init(tag: Bytes(argument))
    }

    /// The form of a `c=` tag.
    public var defaultValueDescription: String { description }
}
