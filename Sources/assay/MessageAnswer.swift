import Archives
import Mail
import Values

/// What a check says of one message, in the form that is asked for.
struct MessageAnswer {
    /// Whether it hangs on DNS answers that their source has not recorded.
    let isIncomplete: Bool
    let json: () -> JSON
    let lines: () -> [String]

    init(isIncomplete: Bool = false, json: @escaping () -> JSON, lines: @escaping () -> [String]) {
        (self.isIncomplete, self.json, self.lines) = (isIncomplete, json, lines)
    }
}

extension MessageArguments {
    /// Writes what `check` says of each message, and after the last how DNS answers can be had that were missing.
    /// `inputs` are further files that are read, which the output must not replace.
    func answer(
        _ options: OutputOptions, inputs: [String] = [], dns: DNSOptions? = nil, takesHeaderless: Bool = false,
        _ check: (Message) async -> MessageAnswer
    ) async throws {
        var output = try FileOutput(path: options.output, inputs: messages + inputs + (dns?.inputs ?? []))
        var isIncomplete = false
        try await forEach(takesHeaderless: takesHeaderless) { entry, isOneOfMany in
            let answer = await check(Message(entry.message))
            isIncomplete = isIncomplete || answer.isIncomplete
            switch options.format {
            case .ndjson: try output.append(line: answer.json(), about: entry.source)
            case .text: output.append(lines: answer.lines(), about: entry.source, isOneOfMany: isOneOfMany)
            }
            try output.flush()
        }
        dns?.tellRemedy(missing: isIncomplete)
    }
}
