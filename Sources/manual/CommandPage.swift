/// The section 1 page of one command.
struct CommandPage {
    private let command: CommandDeclaration
    private let family: [CommandDeclaration]

    /// The page of `command`; `family` is every command there is, for references.
    init(_ command: CommandDeclaration, family: [CommandDeclaration]) {
        (self.command, self.family) = (command, family.filter(\.isPage))
    }

    /// The page's mdoc source.
    var text: String {
        let lines =
            [
                ".\\\" Written by `make man` from the declaration of the command; change that instead.",
                ".Dd \(Roff.edition)", ".Dt \(command.pageName.uppercased()) 1", ".Os assay", ".Sh NAME",
                ".Nm \(command.pageName)", ".Nd \(purpose)",
            ] + synopsis + description + subcommands + options + exitStatus + examples + seeAlso
        return lines.joined(separator: "\n") + "\n"
    }

    /// The abstract as part of a sentence.
    private var purpose: String {
        var text = command.abstract ?? ""
        if text.hasSuffix(".") { text.removeLast() }
        return Roff.escape(text.prefix(1).lowercased() + text.dropFirst())
    }

    private var children: [CommandDeclaration] { (command.subcommands ?? []).filter(\.isPage) }

    private var synopsis: [String] {
        var lines = [".Sh SYNOPSIS", ".Nm \(command.words[0])"]
        if command.words.count > 1 { lines.append(".Cm \(command.words.dropFirst().joined(separator: " "))") }
        guard children.isEmpty else {
            return lines + [command.defaultSubcommand == nil ? ".Ar command" : ".Op Ar command", ".Op Ar argument ..."]
        }
        let arguments = command.shownArguments.filter { !$0.isGeneral }
        for argument in arguments.filter({ !$0.isOperand }) + arguments.filter(\.isOperand) {
            lines.append(argument.isOptional ? ".Op " + argument.synopsis : "." + argument.synopsis)
        }
        return lines
    }

    private var description: [String] {
        var lines = [".Sh DESCRIPTION"] + Roff.prose(command.abstract ?? "")
        if let discussion = command.discussion { lines += [".Pp"] + Roff.prose(discussion) }
        return lines
    }

    private var subcommands: [String] {
        guard !children.isEmpty else { return [] }
        var lines = [".Sh COMMANDS"]
        lines += Roff.tagged(
            children.map { child in
                var about = Roff.prose(child.abstract ?? "")
                if child.commandName == command.defaultSubcommand {
                    about.append("This is what runs without a command.")
                }
                about += ["See", ".Xr \(child.pageName) 1 ."]
                return ("Cm \(child.commandName)", about)
            })
        return lines
    }

    private var options: [String] {
        var lines = [".Sh OPTIONS"]
        var pending: [(term: String, lines: [String])] = []
        var title: String?
        func flush() {
            if !pending.isEmpty { lines += Roff.tagged(pending) }
            pending = []
        }
        for argument in command.shownArguments {
            if argument.sectionTitle != title {
                flush()
                title = argument.sectionTitle
                lines.append(".Ss \(Roff.escape(title ?? "Other options"))")
            }
            pending.append((argument.term, argument.about))
        }
        flush()
        return lines
    }

    private var exitStatus: [String] {
        [".Sh EXIT STATUS"]
            + Roff.tagged(
                ExitStatus.codes(of: command.pageName).map { ("\($0.code)", Roff.prose($0.meaning)) },
                options: "-tag -width 2n")
    }

    private var examples: [String] {
        guard let examples = Examples.byPage[command.pageName] else { return [] }
        var lines = [".Sh EXAMPLES"]
        for (index, example) in examples.enumerated() {
            if index > 0 { lines.append(".Pp") }
            lines += Roff.prose(example.purpose)
            lines += [".Bd -literal -offset indent"]
            lines += example.lines.map { Roff.escape($0, isLiteral: true) } + [".Ed"]
        }
        return lines
    }

    private var seeAlso: [String] {
        var pages = family.filter { other in
            other.words != command.words
                && (other.words == command.words.dropLast() || other.words.dropLast() == command.words
                    || other.words.dropLast() == command.words.dropLast() || other.words.count == 1)
        }
        .map { ($0.pageName, 1) }
        pages.sort { $0 < $1 }
        pages += [
            ("assay-case", 5), ("assay-policy", 5), ("assay-transcript", 5), ("assay-stages", 7),
            ("assay-standards", 7), ("assay-tuning", 7),
        ]
        return [".Sh SEE ALSO"]
            + pages.enumerated().map { ".Xr \($1.0) \($1.1)" + ($0 < pages.count - 1 ? " ," : "") }
    }
}

extension ArgumentDeclaration {
    /// The macros that show the argument in a synopsis, the first without its dot.
    fileprivate var synopsis: String {
        let dots = isRepeating ? " ..." : ""
        guard let name = names?.first(where: { $0.kind == .long }) ?? names?.first, !isOperand else {
            return "Ar \(valueName ?? "argument")\(dots)"
        }
        return kind == .flag ? "Fl \(name.flag)\(dots)" : "Fl \(name.flag) Ar \(valueName ?? "value")\(dots)"
    }

    /// The argument as the head of an entry.
    fileprivate var term: String {
        let value = valueName ?? "value"
        if isOperand { return "Ar \(value)\(isRepeating ? " ..." : "")" }
        let flags = (names ?? []).map { kind == .flag ? "Fl \($0.flag)" : "Fl \($0.flag) Ar \(value)" }
        return flags.joined(separator: " , ")
    }

    /// What is said of the argument.
    fileprivate var about: [String] {
        var text = abstract ?? ""
        if let discussion { text += "\n\n" + discussion }
        if let allValues { text += " Values: \(allValues.map { "`\($0)`" }.joined(separator: ", "))." }
        if let defaultValue, kind != .flag, !defaultValue.isEmpty { text += " Default: `\(defaultValue)`." }
        if !isOptional, !isOperand { text += " Required." }
        return Roff.prose(text)
    }
}
