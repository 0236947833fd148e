import Archives
import ArgumentParser
import Authentication
import Mail
import Values

/// `assay check authres`
struct CheckAuthRes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authres",
        abstract: "Read the Authentication-Results fields of a message (RFC 8601).",
        discussion: """
            A file with nothing but header fields will do. Each Authentication-Results and ARC-Authentication-Results \
            field is told, topmost first: who wrote it, and what each method found.

            What a field has beyond the grammar is passed over and named. With --strict such a field is an error, and \
            the exit code 65.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @Flag(help: "Accept only what the grammar of RFC 8601 allows.")
    var strict = false

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            var output = try FileOutput(path: outputOptions.output, inputs: messageArguments.messages)
            var faults: [String] = []
            try await messageArguments.forEach(takesHeaderless: true) { entry, isOneOfMany in
                var lines: [String] = []
                var faulty = 0
                var hasField = false
                for field in Message(entry.message).header {
                    guard let form = AuthenticationResults.Form.allCases.first(where: { field.hasName($0.fieldName) })
                    else { continue }
                    hasField = true
                    let reading = reading(field.rawValue, form)
                    if !reading.faults.isEmpty { faulty += 1 }
                    switch outputOptions.format {
                    case .ndjson: try output.append(line: reading.json(form), about: entry.source)
                    case .text: lines += reading.lines(form)
                    }
                }
                if !hasField {
                    // As the other checks say it.
                    switch outputOptions.format {
                    case .ndjson:
                        try output.append(
                            line: .object(["field": .null, "results": .array([]), "result": .string("none")]),
                            about: entry.source)
                    case .text: lines = ["none"]
                    }
                }
                if outputOptions.format == .text {
                    output.append(lines: lines, about: entry.source, isOneOfMany: isOneOfMany)
                }
                try output.flush()
                if strict, faulty > 0 {
                    let fields = faulty == 1 ? "1 field does" : "\(faulty) fields do"
                    faults.append(TerminalLine.safe("\(entry.source): \(fields) not follow RFC 8601"))
                }
            }
            if !faults.isEmpty { throw Failure(.badData, faults) }
        }
    }

    /// Read by the letter where that can be done or is asked for, else as far as it can be understood.
    private func reading(_ value: Bytes, _ form: AuthenticationResults.Form) -> AuthenticationResultsReading {
        let tolerant = AuthenticationResults.read(value, form: form)
        guard strict else { return tolerant }
        do throws(AuthenticationResultsFault) {
            return AuthenticationResultsReading(
                results: try AuthenticationResults(strict: value, form: form), faults: [])
        } catch {
            return AuthenticationResultsReading(
                results: tolerant.results, faults: tolerant.faults.isEmpty ? [error] : tolerant.faults)
        }
    }
}

extension AuthenticationResultsReading {
    fileprivate func json(_ form: AuthenticationResults.Form) -> JSON {
        .object([
            "field": .string(form.fieldName), "authserv_id": .string(results.authservID),
            "version": .integer(results.version), "instance": results.instance.map(JSON.integer) ?? .null,
            "results": .array(results.results.map(\.json)), "faults": .array(faults.map { .string($0.description) }),
        ])
    }

    fileprivate func lines(_ form: AuthenticationResults.Form) -> [String] {
        var lines = ["\(form.fieldName) of \(results.authservID.isEmpty ? "nobody" : results.authservID)"]
        if results.results.isEmpty { lines.append("  none") }
        for result in results.results {
            let properties = result.properties.map { " \($0.key)=\($0.value)" }.joined()
            lines.append("  \(result.method)=\(result.result)\(properties)")
            if let reason = result.reason { lines.append("    because  \(reason)") }
            for comment in result.comments { lines.append("    (\(comment))") }
        }
        for fault in faults { lines.append("  passed over: \(fault)") }
        return lines
    }
}

extension AuthenticationMethodResult {
    fileprivate var json: JSON {
        .object([
            "method": .string(method), "method_version": .integer(version), "result": .string(result),
            "reason": JSON(reason), "comments": .array(comments.map(JSON.string)),
            "properties": .array(
                properties.map { .object(["property": .string($0.key), "value": .string($0.value)]) }),
        ])
    }
}
