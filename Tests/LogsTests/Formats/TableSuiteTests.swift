import Foundation
import Logs
import Testing
import Values

/// Published logs in tables: Exchange's protocol logs and Zeek's smtp.log.
@Suite struct TableSuiteTests {
    private static let exchange = LogSuite(name: "log-exchange-elastic")
    private static let zeek = LogSuite(name: "smtp-zeek")

    @Test(.enabled(if: exchange.isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
    func exchangesLinesAreRead() throws {
        for file in try Self.exchange.files() where file.hasSuffix(".log") {
            let text = try Self.exchange.text(file)
            let lines = text.split(separator: "\n")
            let (records, tally) = LogSuite.read(text)
            LogSuite.print("log-exchange-elastic/\(file)", tally)
            for (index, line) in lines.enumerated() {
                let record = try #require(records.first { $0.place.line == index + 1 }, "\(line)")
                let columns = line.split(separator: ",", omittingEmptySubsequences: false)
                #expect("\(record.instant?.time ?? Timestamp(seconds: 0))" == columns[0])
                #expect(record.session == String(columns[2]) && record[.transport] == String(columns[1]))
                if line.contains(",>,\"220 ") { #expect(record.role == .server && record[.code] == "220") }
                if line.contains(",<,EHLO ") { #expect(record.role == .client && record[.client] == "10.11.12.14") }
                if line.contains(",+,") { #expect(record.kind == .connect) }
                if line.contains("Failed to connect") {
                    #expect(record[.status] == "fail" && record[.nextHopAddress] == "10.11.12.13")
                }
            }
        }
    }

    @Test(.enabled(if: zeek.isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
    func zeeksColumnsAreThoseOfTheTable() throws {
        var (passed, total) = (0, 0)
        for folder in try Self.zeek.files(in: "baseline") {
            guard try Self.zeek.files(in: folder).contains("\(folder)/smtp.log") else { continue }
            let text = try Self.zeek.text("\(folder)/smtp.log")
            let (records, tally) = LogSuite.read(text)
            LogSuite.print("smtp-zeek/\(folder)", tally)
            var names: [Substring] = []
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
                if line.hasPrefix("#fields") { names = Array(columns.dropFirst()) }
                if line.hasPrefix("#") || line.isEmpty { continue }
                let found = records.filter { $0.place.line == index + 1 }
                let record = try #require(found.first)
                let fields: [(Substring, String?)] = [
                    ("uid", record.session), ("id.orig_h", record[.client]), ("id.orig_p", record[.clientPort]),
                    ("id.resp_h", record[.nextHopAddress]), ("helo", record[.helo]), ("mailfrom", record[.sender]),
                    ("rcptto", found.compactMap { $0[.recipient] }.joined(separator: ",")),
                    ("date", record[.headerDate]),
                    ("from", record[.headerFrom]), ("to", record[.headerTo]), ("subject", record[.subject]),
                    ("first_received", record[.received]), ("last_reply", record[.reply]), ("path", record[.path]),
                    ("msg_id", record[.messageID].map { "<\($0)>" }),
                ]
                for (name, value) in fields {
                    let place = try #require(names.firstIndex(of: name))
                    let expected = columns[place] == "-" ? "" : columns[place]
                    total += 1
                    if expected == value ?? "" { passed += 1 }
                    #expect(expected == value ?? "", "\(folder): \(name)")
                }
            }
        }
        print("suite smtp-zeek: \(passed)/\(total) columns")
        #expect(total > 0)
    }
}
