import ArgumentParser
import Screening
import Stages
import State
import Values

/// Which entries of state a command is about.
struct StateSelection: ParsableArguments {
    @Option(help: ArgumentHelp("Only entries of this stage, such as greylist.", valueName: "id"))
    var stage: String?

    @Option(
        help: ArgumentHelp(
            "Only entries of this kind, such as greylisted, passed, network, correspondent, ban or counter.",
            valueName: "kind"))
    var kind: String?

    @Option(
        help: ArgumentHelp(
            "Only entries about this IP address, or about a network that it lies in.", valueName: "ip"))
    var address: IPAddress?

    @Option(
        help: ArgumentHelp(
            "Only entries about this domain, a domain below it, or a mail address there.", valueName: "name"))
    var domain: String?

    @Option(
        name: .customLong("mail"),
        help: ArgumentHelp("Only entries about this mail address.", valueName: "address"))
    var mailbox: String?

    /// Whether anything is asked for.
    var isEmpty: Bool { stage == nil && kind == nil && address == nil && domain == nil && mailbox == nil }

    /// What the text of every key that is meant begins with.
    var prefix: String { stage.map { StateKey($0, parts: []).text + "|" } ?? "" }

    /// Warns where no stage is called as was asked for: a slip would look as if nothing were remembered.
    func warnOfUnknownStage() {
        guard let stage else { return }
        let complaint = UnknownName.complaint("stage", stage, among: catalogue.manifests.map(\.id))
        if let complaint { StandardError.write("warning: \(complaint)\n") }
    }

    /// Whether `held`, whose meaning is `meaning`, is meant.
    func includes(_ held: HeldEntry, _ meaning: StateMeaning) -> Bool {
        if let stage, held.key.space != stage { return false }
        if let kind, meaning.kind != kind { return false }
        let parts = held.key.parts
        if let address, !parts.contains(where: { IPNetwork($0)?.contains(address) ?? false }) { return false }
        if let mailbox {
            let wanted = StateSelection.bare(mailbox)
            if !parts.contains(where: { StateSelection.bare($0) == wanted }) { return false }
        }
        if let domain {
            let wanted = domain.asciiLowercased
            if !parts.contains(where: { StateSelection.isAbout($0, wanted) }) { return false }
        }
        return true
    }

    private static func bare(_ text: String) -> String {
        let isBracketed = text.hasPrefix("<") && text.hasSuffix(">")
        return (isBracketed ? String(text.dropFirst().dropLast()) : text).asciiLowercased
    }

    private static func isAbout(_ part: String, _ domain: String) -> Bool {
        let text = bare(part)
        let name = text.lastIndex(of: "@").map { text[text.index(after: $0)...] } ?? text[...]
        return name == domain || name.hasSuffix("." + domain) || name == "spf:" + domain
    }
}
