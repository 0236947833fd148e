import Testing
import Values

@testable import Logs

/// Fields of records: places in a line, and strings.
@Suite struct LogFieldsTests {
    private static let line = Array("  to=<bob@c.example>, status=sent".utf8)[2...]

    @Test func placesAndStringsAreOneAnother() {
        var fields = LogFields(of: Self.line, by: LogOrigin(host: nil, program: "postfix/lmtp"))
        #expect(fields.isEmpty && Array(fields).isEmpty)
        fields.set(.status, in: 29..<33)
        fields.set(.recipient, in: 6..<19)
        fields.setProgram(.transport, from: 8)
        fields[.code] = "250"
        #expect(fields[.recipient] == "bob@c.example" && fields[.status] == "sent" && fields[.transport] == "lmtp")
        // In the order of the names, whatever order they were set in.
        #expect(fields.map(\.name) == [.code, .status, .recipient, .transport])
        #expect(fields.is(.status, "sent") && fields.is(.code, "250") && fields.is(.transport, "lmtp"))
        #expect(!fields.is(.status, "sen") && !fields.is(.helo, ""))
        #expect(fields.bytes(.status)?.string == "sent" && fields.bytes(.code) == nil)
        fields[.status] = "deferred"
        fields[.code] = nil
        #expect(fields[.status] == "deferred" && !fields.has(.code) && fields.map(\.name).count == 3)

        var strings = LogFields()
        for (name, value) in [(LogField.transport, "lmtp"), (.recipient, "bob@c.example"), (.status, "deferred")] {
            strings[name] = value
        }
        #expect(strings == fields && strings.hashValue == fields.hashValue)
        fields.own()
        #expect(strings == fields)
    }

    /// A place outside the line is none.
    @Test func whatIsNotInTheLineIsNotTaken() {
        var fields = LogFields(of: Self.line, by: .unknown)
        fields.set(.status, in: 0..<4)
        fields.set(.reason, in: 30..<40)
        fields.setProgram(.transport, from: 0)
        #expect(fields.isEmpty)
    }

    /// Every name at once, set from the last to the first, and taken away again.
    @Test func thereIsRoomForAll() {
        var fields = LogFields(of: Self.line, by: .unknown)
        for (place, name) in LogField.allCases.enumerated().reversed() {
            if place % 2 == 0 { fields[name] = "\(place)" } else { fields.set(name, in: 29..<33) }
        }
        #expect(fields.map(\.name) == LogField.allCases)
        for (place, name) in LogField.allCases.enumerated() {
            #expect(fields[name] == (place % 2 == 0 ? "\(place)" : "sent"))
        }
        for name in LogField.allCases.shuffled() {
            fields[name] = nil
            #expect(!fields.has(name) && fields[name] == nil)
        }
        #expect(fields.isEmpty && Array(fields).isEmpty)
    }
}
