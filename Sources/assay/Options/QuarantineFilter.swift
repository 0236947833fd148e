import ArgumentParser
import Glibc
import Proxy
import Screening
import Stages
import Values

/// Which messages of a quarantine.
struct QuarantineFilter: ParsableArguments {
    @OptionGroup var span: TimeSpan

    @Option(
        help: ArgumentHelp(
            "Messages from this address or domain, in the envelope or in From; <> is the null sender.",
            valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("Messages with this symbol.", valueName: "symbol"))
    var symbol: String?

    @Option(
        help: ArgumentHelp("Messages whose Subject has this in it, upper and lower case alike.", valueName: "text"))
    var subject: String?

    /// Whether nothing is asked for.
    var isEmpty: Bool {
        span.isAll && from == nil && symbol == nil && subject == nil
    }

    /// Whether a message is one that is asked for; `to` is an address or a domain of its recipients.
    private func matches(_ message: QuarantinedMessage, to: String?) -> Bool {
        guard span.contains(message.time) else { return false }
        if let symbol, !message.symbols.contains(symbol.uppercased()) { return false }
        if let subject, !(message.subject ?? "").lowercased().contains(subject.lowercased()) { return false }
        if let from {
            let isFrom =
                ["", "<>"].contains(from)
                ? message.sender.isEmpty
                : ([message.sender] + message.headerFrom).contains { QuarantineFilter.isAt(from, $0) }
            guard isFrom else { return false }
        }
        if let to, !message.recipients.contains(where: { QuarantineFilter.isAt(to, $0.address) }) { return false }
        return true
    }

    /// Whether `address` is `wanted`, or lies in the domain that `wanted` names, with or without an `@` in front.
    static func isAt(_ wanted: String, _ address: String) -> Bool {
        let (wanted, address) = (wanted.lowercased(), address.lowercased())
        if wanted.contains("@"), !wanted.hasPrefix("@") { return wanted == address }
        let domain = wanted.hasPrefix("@") ? wanted.dropFirst() : wanted[...]
        guard let at = address.lastIndex(of: "@") else { return false }
        let own = address[address.index(after: at)...]
        return own == domain || own.hasSuffix("." + domain)
    }
}

extension QuarantineFilter {
    /// The messages that are asked for, in the order of time, whether all could be read, and how many there are; what could
    /// not be read is told on standard error.
    func messages(
        in folder: QuarantineFolder, to: String?
    ) throws -> (messages: [QuarantinedMessage], isWhole: Bool, total: Int) {
        let (messages, errors) = try folder.entries(since: span.since, until: span.until)
        if let symbol = symbol?.uppercased() {
            let known = catalogue.symbols.map(\.symbol.name) + Set(messages.flatMap(\.symbols)).sorted()
            try UnknownName.refuse("symbol", symbol, among: known)
        }
        for error in errors { StandardError.write(TerminalLine.safe(error.description) + "\n") }
        return (messages.filter { matches($0, to: to) }, errors.isEmpty, messages.count)
    }

    /// Asks whether something is to be done to so many messages. On a terminal the answer is read there; elsewhere `yes`
    /// has to be it.
    static func confirm(_ what: String, _ count: Int, yes: Bool) throws {
        guard !yes, count > 0 else { return }
        let messages = Counted.messages(count)
        guard isatty(STDIN_FILENO) == 1, StandardError.isTerminal else {
            throw Failure(.usage, "\(messages) would be \(what); --yes does it")
        }
        StandardError.write("\(messages) will be \(what). Go on? [y/N] ")
        let answer = readLine(strippingNewline: true)?.lowercased()
        guard answer == "y" || answer == "yes" else { throw Failure(.usage, "nothing was \(what)") }
    }
}
