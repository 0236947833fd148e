import ArgumentParser
import Authentication
import Mail
import Screening
import Values

/// `assay check batv sign`
struct CheckBATVSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Tag an address.",
        discussion: """
            Prints the address with its tag, as the stage backscatter has outgoing mail sent with it. An address \
            with a tag is left alone.
            """)

    @Argument(help: ArgumentHelp("The address.", valueName: "address"))
    var address: String

    @Option(help: ArgumentHelp("The file that holds the secret.", valueName: "file"))
    var key: String

    @Option(
        name: .customLong("key-number"),
        help: ArgumentHelp("The number by which the tag names the key, 0 to 9.", valueName: "number"))
    var keyNumber = 0

    @Option(help: ArgumentHelp("How many days the tag is valid.", valueName: "days"))
    var lifetime = BATVKeyring.standardLifetime

    @Option(help: ArgumentHelp("The time of signing (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        try BATVArguments.check(numbers: [keyNumber], lifetime: lifetime)
        guard let path = SMTPPath(address), path.domain != nil else {
            throw ValidationError("'\(address)' is no address with a domain.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let keyring = try BATVArguments.keyring([key], numbers: [keyNumber], lifetime: lifetime)
            let time = now ?? WallClock.now
            guard let path = SMTPPath(address), let tagged = tagged(path, keyring, at: time) else {
                throw Failure(.unavailable, "HMAC-SHA1 is not to be had: the configuration of OpenSSL disables it")
            }
            // RFC 5321 §4.5.3.1.1.
            if tagged.localPart.utf8.count > 64 {
                StandardError.write(
                    TerminalLine.safe(
                        "\(tagged.address): the local part is longer than 64 octets, which servers may refuse "
                            + "(RFC 5321 section 4.5.3.1.1)") + "\n")
            }
            var output = try FileOutput(path: outputOptions.output, inputs: [key])
            switch outputOptions.format {
            case .text: output.append(TerminalLine.safe(tagged.address) + "\n")
            case .ndjson:
                let outcome = keyring.verify(tagged, now: time)
                try output.append(
                    line: .object([
                        "address": .string(path.address), "tagged": .string(tagged.address),
                        "key_number": outcome.tag.map { .integer($0.keyNumber) } ?? .null,
                        "days_left": tagged == path ? outcome.daysLeft : .integer(lifetime),
                        "day": outcome.tag.map { .integer($0.day) } ?? .null,
                    ]))
            }
            try output.flush()
        }
    }
}

extension CheckBATVSign {
    /// The path with a tag; as it is where it has one, as the stage leaves it.
    private func tagged(_ path: SMTPPath, _ keyring: BATVKeyring, at time: Timestamp) -> SMTPPath? {
        guard case .tagged = BATVTag.read(path.localPart) else { return keyring.sign(path, now: time) }
        StandardError.write(TerminalLine.safe("\(path.address): has a tag already and is left alone") + "\n")
        return path
    }
}

extension BATVOutcome {
    fileprivate var daysLeft: JSON {
        switch result {
        case .valid(let days), .farAhead(let days): .integer(days)
        case .expired, .untagged, .malformed, .unknownKey, .badSignature: .null
        }
    }
}

/// The keys of a command line.
enum BATVArguments {
    /// Throws when a number or the lifetime is out of bounds.
    static func check(numbers: [Int], lifetime: Int) throws {
        for number in numbers where !BATVKey.numbers.contains(number) {
            throw ValidationError("A key's number is 0 to 9, not \(number).")
        }
        guard BATVKeyring.lifetimes.contains(lifetime) else {
            let bounds = BATVKeyring.lifetimes
            throw ValidationError("A tag is valid for \(bounds.lowerBound) to \(bounds.upperBound) days.")
        }
    }

    /// The keys in `files`, with their numbers as far as there are any.
    static func keyring(_ files: [String], numbers: [Int], lifetime: Int) throws -> BATVKeyring {
        var keys: [BATVKey] = []
        for (index, file) in files.enumerated() {
            switch SecretFile.contents(of: file) {
            case .failure(let error): throw error.failure
            case .success(let contents):
                guard let key = BATVKey(number: index < numbers.count ? numbers[index] : nil, file: contents) else {
                    throw Failure(
                        .badData,
                        TerminalLine.safe("\(file): does not hold a secret of 1 to \(BATVKey.maximumLength) bytes"))
                }
                keys.append(key)
            }
        }
        guard let keyring = BATVKeyring(keys, lifetime: lifetime) else { throw Failure(.usage, "there is no key") }
        return keyring
    }
}
