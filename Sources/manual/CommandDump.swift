/// What `assay --experimental-dump-help` prints, as far as man pages need it.
struct CommandDump: Decodable {
    let command: CommandDeclaration
}

/// A command as its declaration has it.
struct CommandDeclaration: Decodable {
    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let defaultSubcommand: String?
    let subcommands: [CommandDeclaration]?
    let arguments: [ArgumentDeclaration]?
    let shouldDisplay: Bool

    /// The words that call the command: `assay`, `check`, `spf`.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The page's name: `assay-check-spf`.
    var pageName: String { words.joined(separator: "-") }

    /// Whether the command has a page: `assay help` says itself what it does.
    var isPage: Bool { shouldDisplay && commandName != "help" }

    /// The command and everything below it, in the order of the declarations.
    var family: [CommandDeclaration] { [self] + (subcommands ?? []).flatMap(\.family) }

    /// The arguments people are told of, operands first and in the order of the declarations.
    var shownArguments: [ArgumentDeclaration] {
        let shown = (arguments ?? []).filter(\.shouldDisplay)
        return shown.filter(\.isOperand) + shown.filter { !$0.isOperand && !$0.isGeneral } + shown.filter(\.isGeneral)
    }
}

/// An operand, option or flag of a command.
struct ArgumentDeclaration: Decodable {
    let kind: Kind
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let discussion: String?
    let defaultValue: String?
    let allValues: [String]?
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool

    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
        let kind: Kind
        let name: String

        enum Kind: String, Decodable { case short, long, longWithSingleDash }

        /// The name after its first dash, as `.Fl` takes it.
        var flag: String { kind == .long ? "-" + name : name }
    }

    var isOperand: Bool { kind == .positional }

    /// Whether every command has the option.
    var isGeneral: Bool { kind == .flag && names?.contains { $0.name == "help" || $0.name == "version" } ?? false }
}
