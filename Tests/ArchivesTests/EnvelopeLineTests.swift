import Testing
import Values

@testable import Archives

@Suite struct EnvelopeLineTests {
    struct Expected: Sendable {
        var line: String
        var sender: String
        var date: String?
        var dateText: String?
        var remoteHost: String?
    }

    @Test(arguments: [
        Expected(
            line: "From a@b.example Tue Mar  2 09:44:33 1999", sender: "a@b.example", date: "1999-03-02T09:44:33Z",
            dateText: "Tue Mar  2 09:44:33 1999"),
        Expected(
            line: "From a@b.example  Sat Sep  1 20:58 EDT 2001", sender: "a@b.example", date: "2001-09-02T00:58:00Z",
            dateText: "Sat Sep  1 20:58 EDT 2001"),
        Expected(
            line: "From a Thu Sep 13 12:30:05 2001 -0400", sender: "a", date: "2001-09-13T16:30:05Z",
            dateText: "Thu Sep 13 12:30:05 2001 -0400"),
        Expected(
            line: "From a Mon Jan  5 08:50:15 +0100 2004", sender: "a", date: "2004-01-05T07:50:15Z",
            dateText: "Mon Jan  5 08:50:15 +0100 2004"),
        Expected(
            line: "From a Tue Jul  7 20:33:03 1998 WETDST", sender: "a", date: "1998-07-07T19:33:03Z",
            dateText: "Tue Jul  7 20:33:03 1998 WETDST"),
        Expected(
            line: "From a@b Tue, 02 Mar 1999 09:44:33 +0200 (EET)", sender: "a@b", date: "1999-03-02T07:44:33Z",
            dateText: "Tue, 02 Mar 1999 09:44:33 +0200 (EET)"),
        Expected(
            line: "From \"x y\"@b Tue Mar 02 09:44:33 1999", sender: "\"x y\"@b", date: "1999-03-02T09:44:33Z",
            dateText: "Tue Mar 02 09:44:33 1999"),
        Expected(
            line: "From upi at papat.org  Wed Feb  1 19:06:04 2006", sender: "upi at papat.org",
            date: "2006-02-01T19:06:04Z", dateText: "Wed Feb  1 19:06:04 2006"),
        Expected(
            line: "From u Tue Mar  2 09:44:33 1999 remote from host", sender: "u", date: "1999-03-02T09:44:33Z",
            dateText: "Tue Mar  2 09:44:33 1999", remoteHost: "host"),
        Expected(
            line: "From  Tue Mar  2 09:44:33 99", sender: "", date: "1999-03-02T09:44:33Z",
            dateText: "Tue Mar  2 09:44:33 99"),
        Expected(
            line: "From Mon Tue Mar  2 09:44:33 49", sender: "Mon", date: "2049-03-02T09:44:33Z",
            dateText: "Tue Mar  2 09:44:33 49"),
        Expected(
            line: "From u@d.example 2024-01-01 00:10:00", sender: "u@d.example", date: "2024-01-01T00:10:00Z",
            dateText: "2024-01-01 00:10:00"),
        Expected(
            line: "From u@d.example 2024-01-01T00:10:00+01:00", sender: "u@d.example", date: "2023-12-31T23:10:00Z",
            dateText: "2024-01-01T00:10:00+01:00"),
        Expected(
            line: "From u@d.example  1 Jan 2024 00:10:00 -0200", sender: "u@d.example", date: "2024-01-01T02:10:00Z",
            dateText: "1 Jan 2024 00:10:00 -0200"),
        Expected(
            line: "From u@d.example Thu Sep 13 12:30:05 MET DST 2001", sender: "u@d.example",
            date: "2001-09-13T11:30:05Z", dateText: "Thu Sep 13 12:30:05 MET DST 2001"),
        Expected(
            line: "From u@d.example Mo Jan  1 00:00:00 2024", sender: "u@d.example", dateText: "Mo Jan  1 00:00:00 2024"
        ),
        Expected(
            line: "From u@d.example Mon Mär  4 00:00:00 2024", sender: "u@d.example",
            dateText: "Mon Mär  4 00:00:00 2024"),
        Expected(line: "From my side 10 30 2024", sender: "my side 10 30 2024"),
        Expected(line: "From - ", sender: "-"), Expected(line: "From a@b", sender: "a@b"),
        Expected(line: "From Russia with love", sender: "Russia with love"),
        Expected(line: "From a Tue Feb 30 09:44:33 1999", sender: "a Tue Feb 30 09:44:33 1999"),
    ])
    func parse(_ expected: Expected) throws {
        let line = try #require(EnvelopeLine(Bytes(expected.line)))
        #expect(line.sender == expected.sender)
        #expect(line.date?.rfc3339 == expected.date)
        #expect(line.dateText == expected.dateText)
        #expect(line.remoteHost == expected.remoteHost)
        #expect(line.bytes == Bytes(expected.line))
    }

    @Test(arguments: [
        "", "From", "From:", "from a", ">From a", "From " + String(repeating: "a", count: 1020),
    ])
    func noEnvelopeLine(_ text: String) { #expect(EnvelopeLine(Bytes(text)) == nil) }
}
