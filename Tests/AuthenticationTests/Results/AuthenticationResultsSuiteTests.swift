import Authentication
import Foundation
import Mail
import Testing
import Values

private let lieser = SharedSuite(name: "authres-lieser")
private let providers = SharedSuite(name: "authres-providers")

/// Published cases of the strict and the tolerant way to read the field.
@Suite(.enabled(if: lieser.isPresent, "the shared suite authres-lieser is not here"))
struct LieserResultsSuiteTests {
    private struct Case: Decodable {
        let header: String
        let args: [String]
        let `throws`: Bool?
        let expect: [String: Expected]?
    }

    private enum Expected: Decodable {
        case text(String)
        case number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var string: String {
            switch self {
            case .text(let text): text
            case .number(let number): String(number)
            }
        }
    }

    @Test
    func cases() throws {
        var tally = SuiteTally("authres-lieser", known: [:])
        for file in try lieser.files(in: "cases", endingIn: ".json") {
            let test = try JSONDecoder().decode(Case.self, from: Data(lieser.text("cases/" + file).utf8))
            let value = Bytes(String(test.header.drop { $0 != ":" }.dropFirst()))
            if test.args.first == "true" {
                let field = AuthenticationResults.read(value).results
                let wrong = differences(field, test.expect ?? [:])
                tally.note(file, passes: wrong.isEmpty, wrong.joined(separator: ", "))
                continue
            }
            do {
                let field = try AuthenticationResults(strict: value)
                let wrong = differences(field, test.expect ?? [:])
                tally.note(
                    file, passes: test.throws != true && wrong.isEmpty,
                    "was read, with differences: \(wrong.joined(separator: ", "))")
            } catch {
                tally.note(file, passes: test.throws == true, error.description)
            }
        }
        tally.finish()
    }

    /// Each expected path whose value is another: `resinfo[0].properties.smtp.mailfrom`.
    private func differences(_ field: AuthenticationResults, _ expected: [String: Expected]) -> [String] {
        expected.sorted { $0.key < $1.key }.compactMap { path, value in
            let found = self.value(field, path)
            return found == value.string ? nil : "\(path) is \(found ?? "missing"), expected \(value.string)"
        }
    }

    private func value(_ field: AuthenticationResults, _ path: String) -> String? {
        switch path {
        case "authserv_id": return field.authservID
        case "authres_version": return String(field.version)
        case "resinfo.length": return String(field.results.count)
        default: break
        }
        guard let match = path.wholeMatch(of: #/resinfo\[(\d+)\]\.(\w+)(?:\.(.+))?/#), let index = Int(match.1),
            field.results.indices.contains(index)
        else { return nil }
        let result = field.results[index]
        switch match.2 {
        case "method": return result.method
        case "method_version": return String(result.version)
        case "result": return result.result
        case "reason": return result.reason
        case "properties": return match.3.flatMap { result.value(of: String($0)) }
        default: return nil
        }
    }

    /// The fields of whole messages: what the file's name says of them holds.
    @Test(arguments: [
        ("multiple_dkim_results.eml", ["dkim=fail", "dkim=pass", "dkim=pass", "dkim=fail"]),
        ("multiple_spf_and_dmarc_results.eml", ["spf=fail", "spf=pass", "spf=none", "spf=softfail"]),
        ("multiple_arh-newest_no_result.eml", []),
        ("multiple_arh-newest_unknown_method.eml", ["foo=pass"]),
        ("multiple_arh-newest_no_authserv.eml", ["dkim=pass"]),
        ("dkim-unknown_result.eml", ["dkim=timeout"]),
    ])
    func messages(file: String, expected: [String]) throws {
        let message = Message(Bytes(try lieser.text("data/" + file)))
        let field = try #require(message.header.first("Authentication-Results"))
        let results = AuthenticationResults.read(field.rawValue).results.results
        #expect(results.prefix(4).map { "\($0.method)=\($0.result)" } == expected)
    }
}

/// What large receivers write.
@Suite(.enabled(if: providers.isPresent, "the shared suite authres-providers is not here"))
struct ProviderResultsSuiteTests {
    private struct Case: Decodable {
        struct Pair: Decodable {
            let key: String
            let value: String
        }

        let header: String
        let authserv_id: String
        let contains: [Pair]
    }

    @Test
    func cases() throws {
        var tally = SuiteTally("authres-providers", known: [:])
        for file in try providers.files(endingIn: ".json") {
            let test = try JSONDecoder().decode(Case.self, from: Data(providers.text(file).utf8))
            let field = AuthenticationResults.read(Bytes(String(test.header.drop { $0 != ":" }.dropFirst()))).results
            let pairs = Set(
                field.results.flatMap { result in
                    ["\(result.method)=\(result.result)"] + result.properties.map { "\($0.key)=\($0.value)" }
                })
            let missing = test.contains.map { "\($0.key)=\($0.value)" }.filter { !pairs.contains($0) }
            tally.note(
                file, passes: field.authservID == test.authserv_id && missing.isEmpty,
                "authserv-id \(field.authservID), missing \(missing)")
        }
        tally.finish()
    }
}
