import Expressions
import Policy
import SMTP
import Screening
import Values

extension AntiVirus.Scanner {
    /// Reads a scanner; nil, with the mistake noted, when it is none.
    init?(from reader: inout PolicyReader) {
        let clamd = reader.values(
            "clamd", default: [], expecting: "a socket's path, or host:port",
            "Where ClamAV's clamd listens; one is asked after another until one answers. Port 3310 where none is named.",
            parse: ScannerSettings.clamdAddress)
        let icap = reader.values(
            "icap", default: [], expecting: "an address such as icap://av.example:1344/avscan",
            "Services of ICAP servers (RFC 3507); one is asked after another until one answers.",
            parse: { ICAPService($0) })
        let method = reader.choice(
            "method", default: ICAPService.Method.respmod, "How an ICAP server is given what it is to look at.")
        let command = reader.texts(
            "command", default: [],
            "A program and its arguments, run without a shell; {file} is the path of a file with what is to be scanned, "
                + "which is its standard input where no argument has it.")
        let (codes, repaired) = Self.codes(&reader)
        let pattern = reader.optionalValue(
            "name_pattern", expecting: "a Perl-compatible expression",
            "What finds the name of a virus in a program's output: its first group, or all of it.",
            parse: { (text: String) -> String? in
                (try? Expression(Array(text.utf8), translated: false)) == nil ? nil : text
            })
        let variables = reader.values(
            "environment", default: [], expecting: "a variable such as LANG=C",
            "Variables of a program's environment, besides PATH, LC_ALL=C and those that tell of what is scanned.",
            parse: { Self.variable($0) })
        let folder = reader.optionalValue(
            "folder", expecting: "a folder", "Where files for a program are made; /tmp unless set.",
            parse: { $0.hasPrefix("/") ? $0 : nil })
        let name = reader.optionalValue(
            "name", expecting: "letters, digits, hyphens and dots, 64 at most",
            "What the scanner is called; clamd, icap or the program's name unless set.",
            parse: { Self.isName($0) ? $0 : nil })
        let scope = reader.choice(
            "scan", default: Scope.message,
            "What it is given: the message, its parts one by one without their encodings, with the files encoded in their text, or both."
        )
        let timeout = reader.duration(
            "timeout", default: .seconds(30), in: .milliseconds(100)...(.seconds(300)),
            "How long it may take: each address for an answer, a program for its run.")
        let size = reader.size(
            "max_size", default: 25 << 20, in: 1...(1 << 30),
            "The most it is given; for clamd, no more than its StreamMaxLength.")
        let connections = reader.integer(
            "connections", default: 10, in: 1...1000,
            "How much it is given at the same time: connections to each address, or runs of a program.")
        guard !reader.place.isBuiltIn else { return nil }
        let kinds = ["clamd", "icap", "command"].filter { !reader.place(of: $0).isBuiltIn }
        guard kinds.count == 1 else {
            let words =
                kinds.isEmpty
                ? "a scanner needs a 'clamd', an 'icap' or a 'command'"
                : "a scanner is one of these only: 'clamd', 'icap', 'command'"
            reader.report(words, at: reader.place)
            return nil
        }
        guard !clamd.isEmpty || !icap.isEmpty || !command.isEmpty else {
            // What is wrong with an address has been told.
            if reader.diagnostics.isEmpty {
                reader.report("'\(kinds[0])' names no scanner", at: reader.place(of: kinds[0]))
            }
            return nil
        }
        let kind: ScannerSettings.Kind
        let usual: String
        if !clamd.isEmpty {
            (kind, usual) = (.clamd(clamd.map(\.value)), "clamd")
        } else if !icap.isEmpty {
            let services = icap.map { service in
                var service = service.value
                service.method = method
                return service
            }
            (kind, usual) = (.icap(services), "icap")
        } else {
            let program = command[0]
            guard program.value.hasPrefix("/") else {
                reader.report("expected the path of a program from / on, such as /usr/bin/clamscan", at: program.place)
                return nil
            }
            var made = ScanCommand(command.map(\.value))
            made.environment = variables.map(\.value)
            (made.codes, made.repairedCodes) = (codes, Set(repaired.map(\.value)))
            if let first = repaired.first, !made.takesFile {
                reader.report(
                    "a program that repairs needs {file} among its arguments: what it leaves there is taken",
                    at: first.place)
            }
            made.namePattern = pattern?.value
            made.folder = folder?.value ?? made.folder
            let last = String(program.value.split(separator: "/").last ?? "command")
            (kind, usual) = (.command(made), Self.isName(last) ? last : "command")
        }
        for key in kind.foreignKeys where !reader.place(of: key).isBuiltIn {
            reader.report(
                "'\(key)' is for \(key == "method" ? "an ICAP server" : "a program")", at: reader.place(of: key))
        }
        let settings = ScannerSettings(
            name: name?.value ?? usual, kind: kind, timeout: timeout, sizeLimit: size, connections: connections)
        self.init(settings: settings, scope: scope)
    }

    /// The outcomes that exit codes tell of, and those that tell of a virus that was taken out.
    private static func codes(
        _ reader: inout PolicyReader
    ) -> (outcomes: [Int: ScanOutcome.Kind], repaired: [Placed<Int>]) {
        let keys: [(String, [String], ScanOutcome.Kind, String)] = [
            ("clean", ["0"], .clean, "Exit codes of a program that found nothing."),
            ("infected", ["1"], .infected, "Exit codes of a program that found a virus."),
            ("unscannable", [], .unscannable, "Exit codes of a program that could not look into the content."),
            ("too_large", [], .tooLarge, "Exit codes of a program that was given too much."),
        ]
        let exitCode: (String) -> Int? = { Int($0).flatMap { (0...255).contains($0) ? $0 : nil } }
        var codes: [Int: ScanOutcome.Kind] = [:]
        for (key, usual, kind, summary) in keys {
            let values = reader.values(
                key, default: usual, expecting: "an exit code from 0 to 255",
                summary + " Every other code is an error.",
                parse: exitCode)
            for value in values {
                if let other = codes.updateValue(kind, forKey: value.value), other != kind, !value.place.isBuiltIn {
                    reader.report("the exit code \(value.value) tells of something else already", at: value.place)
                }
            }
        }
        let repaired = reader.values(
            "repaired", default: [], expecting: "an exit code from 0 to 255",
            "Exit codes of a program that found a virus, and left in {file} the content without it.", parse: exitCode)
        for value in repaired where codes[value.value] != nil && !value.place.isBuiltIn {
            reader.report("the exit code \(value.value) tells of something else already", at: value.place)
        }
        return (codes, repaired)
    }

    private static func variable(_ text: String) -> String? {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex, !text.utf8.contains(0) else { return nil }
        return text
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .dot || $0 == .ascii("_") }
    }
}

extension ScannerSettings.Kind {
    /// Whether such a scanner can give content back without what it found there.
    var canRepair: Bool {
        switch self {
        case .clamd: false
        case .icap: true
        case .command(let command): !command.repairedCodes.isEmpty
        }
    }

    /// Keys that say nothing of such a scanner.
    fileprivate var foreignKeys: [String] {
        let command = [
            "clean", "infected", "repaired", "unscannable", "too_large", "name_pattern", "environment", "folder",
        ]
        switch self {
        case .clamd: return command + ["method"]
        case .icap: return command
        case .command: return ["method"]
        }
    }
}
