import Foundation
import Mail
import Testing
import Values

/// The shared suites of addresses and dates.
@Suite(.enabled(if: MIMESuite.isPresent, MIMESuite.absence), .serialized)
struct FieldSuiteTests {
    private func lines(_ path: String) throws -> [String] {
        try MIMESuite.bytes(path).lossyString.split(separator: "\n").map { line in
            // A remark stands behind a run of spaces.
            line.firstRange(of: "     ").map { String(line[..<$0.lowerBound]) } ?? String(line)
        }
    }

    @Test func flankerMailboxes() throws {
        var suite = MIMESuite("flanker-mailbox", known: FieldSuiteTests.flankerDifferences)
        for (file, suffix, isValid) in [
            ("mailbox_valid", "", true), ("mailbox_invalid", "", false),
            ("abridged_localpart_valid", "@example.org", true), ("abridged_localpart_invalid", "@example.org", false),
        ] {
            for line in try lines("mime-flanker/\(file).txt") {
                let address = line + suffix
                let differs = (Mailbox(strict: address) != nil) != isValid
                suite.check(address, differs ? [isValid ? "refused" : "accepted"] : [])
                if isValid {
                    let tolerant = AddressList(Bytes(address)).mailboxes
                    let strict = Mailbox(strict: address)
                    #expect(tolerant.map(\.address) == [strict?.address], "\(address)")
                }
            }
        }
        suite.finish()
    }

    @Test func flankerMessages() throws {
        let paths = MIMESuite.files(below: "mime-flanker/messages")
        var suite = MIMESuite("flanker-messages")
        for path in paths {
            let message = Message(try MIMESuite.bytes(path))
            var differences: [String] = []
            if message.header.contains("Date"), message.date == nil { differences.append("Date not read") }
            if message.header.contains("From"), message.fromMailboxes.contains(where: \.domain.isEmpty) {
                differences.append("From not read")
            }
            // "(qmail 6890 invoked by uid 6000)" names no host.
            for hop in message.received where hop.date == nil || (hop.by == nil && hop.fromName != nil) {
                differences.append("Received not read")
            }
            for field in message.header {
                _ = AddressList(field.rawValue)
                _ = MailDate(field.rawValue)
                _ = ReceivedField(field.rawValue)
                _ = ReceivedSPFField(field.rawValue)
            }
            suite.check(String(path.dropFirst("mime-flanker/messages/".count)), differences)
        }
        suite.finish()
    }

    @Test func mailParserDates() throws {
        struct Case: Decodable {
            struct Expectation: Decodable {
                var year, month, day, hour, minute, second: Int
                var tz_before_gmt: Bool
                var tz_hour, tz_minute: Int

                var milliseconds: Int64? {
                    let civil = CivilTime(
                        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
                    let zone = Int64(tz_hour * 60 + tz_minute) * (tz_before_gmt ? -1 : 1)
                    return civil.map { $0.timestamp.milliseconds - zone * 60_000 }
                }
            }
            var header: String
            var expected: Expectation?
        }
        var suite = MIMESuite("mail-parser-date", known: FieldSuiteTests.dateDifferences)
        for item in try MIMESuite.json("mime-mail-parser/date.json", as: [Case].self) {
            let value = FieldSuiteTests.fieldValue(item.header)
            // Its reader also takes whole Received fields.
            let got = (MailDate(value) ?? ReceivedField(value).date)?.timestamp.milliseconds
            let wanted = item.expected?.milliseconds
            suite.check(
                item.header,
                got == wanted ? [] : ["\(got.map(String.init) ?? "nil") for \(wanted.map(String.init) ?? "nil")"])
        }
        suite.finish()
    }

    @Test func mailParserAddresses() throws {
        struct Case: Decodable {
            struct Entry: Decodable, Equatable {
                var name: String?
                var address: String?
            }
            struct Group: Decodable, Equatable {
                var name: String?
                var addresses: [Entry]
            }
            struct Expectation: Decodable {
                var List: [Entry]?
                var Group: [Group]?
            }
            var header: String
            var expected: Expectation?
        }
        func render(_ entries: [Case.Entry]) -> String {
            entries.map { "\($0.name ?? "-")<\($0.address ?? "-")>" }.joined(separator: ", ")
        }
        func entry(_ mailbox: Mailbox) -> Case.Entry {
            // The suite writes addresses without the quotes they need.
            let domain = mailbox.domain.isEmpty ? "" : "@" + mailbox.domain
            return Case.Entry(name: mailbox.decodedDisplayName, address: mailbox.localPart + domain)
        }
        var suite = MIMESuite("mail-parser-address", known: FieldSuiteTests.addressDifferences)
        for item in try MIMESuite.json("mime-mail-parser/address.json", as: [Case].self) {
            let list = AddressList(FieldSuiteTests.fieldValue(item.header))
            var wanted = item.expected?.List.map(render) ?? ""
            // Addresses outside of groups make a group without a name there.
            for group in item.expected?.Group ?? [] {
                let members = render(group.addresses)
                wanted += group.name.map { "[\($0): \(members)]" } ?? members
            }
            var got = ""
            var loose: [Case.Entry] = []
            for element in list.entries {
                switch element {
                case .mailbox(let mailbox): loose.append(entry(mailbox))
                case .group(let name, let members):
                    got += render(loose)
                    loose = []
                    got += "[\(EncodedWords.decode(Bytes(name))): \(render(members.map(entry)))]"
                }
            }
            got += render(loose)
            suite.check(item.header, got == wanted ? [] : ["\(got) for \(wanted)"])
        }
        suite.finish()
    }

    /// The suite's strings run on after the field: it ends at a line end without white space after it.
    private static func fieldValue(_ text: String) -> Bytes {
        let bytes = Array(text.utf8)
        let end = bytes.indices.first { index in
            bytes[index] == .lf && (index + 1 == bytes.count || !bytes[index + 1].isWhitespace)
        }
        return Bytes(bytes, in: 0..<(end ?? bytes.count))
    }
}
