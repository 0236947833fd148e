import Policy
import Screening
import Values

/// A program that rules may ask or run.
struct ContentProgram: Sendable {
    let name: String
    let path: String
    let arguments: [String]
    let limit: Duration
    let readsMessage: Bool

    /// What a program is given to read.
    private enum Input: String, CaseIterable {
        case message, none
    }

    /// Reads a program; nil, with the mistake noted, when it has no name or no file.
    init?(from reader: inout PolicyReader) {
        let name = reader.optionalValue(
            "name", expecting: "a name without spaces", "What rules call the program.",
            parse: { $0.isEmpty || $0.contains(where: \.isWhitespace) ? nil : $0 })
        let path = reader.optionalValue(
            "path", expecting: "the absolute path of a file", "The file that is run, without a shell.",
            parse: { $0.hasPrefix("/") && !$0.contains("\0") ? $0 : nil })
        let arguments = reader.texts("arguments", default: [], "Its arguments, each one argument; macros are replaced.")
        limit = reader.duration(
            "timeout", default: .seconds(5), in: .milliseconds(100)...(.seconds(600)),
            "How long it may take before it is ended. A stage has a deadline besides: a program that a condition asks "
                + "has to be done before stage_deadline.")
        let input = reader.choice(
            "input", default: Input.message, "What it reads as standard input: the message as it came, or nothing.")
        readsMessage = input == .message
        guard !reader.place.isBuiltIn else { return nil }
        for argument in arguments { ContentMacros.check(argument.value, at: argument.place, &reader) }
        guard let name, let path else {
            if reader.place(of: "name").isBuiltIn { reader.report("a program needs a 'name'", at: reader.place) }
            if reader.place(of: "path").isBuiltIn { reader.report("a program needs a 'path'", at: reader.place) }
            return nil
        }
        (self.name, self.path, self.arguments) = (name.value, path.value, arguments.map(\.value))
    }

    /// The call of the program about a message.
    func call(about content: FilteredMessage, _ rule: ContentMacros.Rule) -> ProgramCall {
        func variable(_ name: String, _ macro: String) -> ProgramCall.Variable {
            let value = ContentMacros.expand("$\(macro)$", in: content, rule)
            return ProgramCall.Variable("ASSAY_" + name, String(value.prefix(ContentProgram.longestVariable)))
        }
        return ProgramCall(
            name: name, path: path, arguments: arguments.map { ContentMacros.expand($0, in: content, rule) },
            environment: [
                variable("CLIENT", "CLIENT"), variable("HELO", "HELO"), variable("RECIPIENTS", "RECIPIENTS"),
                variable("RULE", "RULE"), variable("SENDER", "SENDER"), variable("SESSION", "SESSION"),
                variable("SUBJECT", "SUBJECT"), variable("USER", "USER"),
            ], limit: limit, readsMessage: readsMessage)
    }

    /// Characters of a variable: the system refuses a program whose environment is too large.
    private static let longestVariable = 8000
}
