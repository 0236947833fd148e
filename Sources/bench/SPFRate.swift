import Authentication
import DNS
import Foundation
import Values

/// Checks a few clients against one policy again and again, DNS answers from a snapshot in memory: what a check costs
/// besides the network.
enum SPFRate {
    /// The clients: by the mechanism that matches, and one that none does. `bench/measure.py` writes the zone for them.
    private static let clients = ["192.0.2.10", "198.51.100.7", "198.51.100.25", "203.0.113.5", "203.0.113.200"]

    static func measure(zone: String, count: String) async throws {
        guard let rounds = Int(count), rounds > 0 else { throw Bench.Failure("the second argument is no number") }
        let dns = try view(of: zone)
        let queries = clients.compactMap { text in
            IPAddress(text).map {
                SPFQuery(
                    ip: $0, helo: "mail.example.com", mailFrom: "user@example.com",
                    now: Timestamp(seconds: 1_717_236_000))
            }
        }
        var results: [SPFResult?: Int] = [:]
        var questions = 0
        let start = CPUTime.seconds
        for _ in 0..<rounds {
            for query in queries {
                let outcome = await SPFCheck.evaluate(query, dns: dns)
                results[outcome.result, default: 0] += 1
                questions += outcome.answersUsed.count
            }
        }
        let spent = CPUTime.seconds - start
        let checks = rounds * queries.count
        print(
            "checks \(checks) pass \(results[.pass] ?? 0) fail \(results[.fail] ?? 0) questions \(questions) cpu \(spent)"
        )
    }

    /// The snapshot of a zone: a record a line, as `name TYPE data`.
    private static func view(of path: String) throws -> DNSSnapshotView {
        var order: [DNSQuestion] = []
        var records: [DNSQuestion: [RecordData]] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, let name = DomainName(parts[0]), let type = RecordType(mnemonic: parts[1]),
                let data = RecordData(presentation: parts[2], type: type)
            else { throw Bench.Failure("\(path): no record: \(line)") }
            let question = DNSQuestion(name, type)
            if records[question] == nil { order.append(question) }
            records[question, default: []].append(data)
        }
        let captures = order.compactMap { question in
            DNSCapture(question, .records(records[question] ?? [], authentic: false), captured: nil)
        }
        return DNSSnapshot(captures).view(at: Timestamp(seconds: 0), missing: .nameError)
    }
}
