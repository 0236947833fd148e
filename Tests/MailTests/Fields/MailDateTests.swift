import Mail
import Testing
import Values

@Suite struct MailDateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let instant: String
        let zone: Int?
        var defects: MailDateDefects = []
        var testDescription: String { text }
    }

    private func check(_ item: Case) throws {
        let date = try #require(MailDate(Bytes(item.text)))
        #expect(date.timestamp.description == item.instant)
        #expect(date.zoneOffsetMinutes == item.zone)
        #expect(date.defects == item.defects, "\(date.defects.names)")
    }

    @Test(arguments: [
        Case(text: "Fri, 21 Nov 1997 09:55:06 -0600", instant: "1997-11-21T15:55:06Z", zone: -360),
        Case(text: "1 Jul 2003 10:52 +0200", instant: "2003-07-01T08:52:00Z", zone: 120),
        Case(
            text: "Thu,\r\n   13\r\n  Feb\r\n    1969\r\n  23:32\r\n  -0330 (Newfoundland Time)",
            instant: "1969-02-14T03:02:00Z", zone: -210),
        Case(text: "Tue, 1 Jul 2003 ((tricky)\n comment) 10:52:37 +0200", instant: "2003-07-01T08:52:37Z", zone: 120),
        Case(text: "Sat, 31 Dec 2016 23:59:60 +0000", instant: "2017-01-01T00:00:00Z", zone: 0),
        Case(text: "Wed, 01 May 2024 10:00:00 -0000", instant: "2024-05-01T10:00:00Z", zone: 0),
    ])
    func conforming(_ item: Case) throws { try check(item) }

    /// A comment in front is read in another way, and changes nothing.
    @Test(arguments: [
        "Fri, 21 Nov 1997 09:55:06 -0600", "fri, 21 nov 1997 09:55 -0600", "Thu, 21 Nov 1997 09:55:06 -0600 (CST)",
        "Fri,21 Nov 1997 09:55:06 +0000", "Fri, 32 Nov 1997 09:55:06 +0000", "21 Nov 1997 09:55:06 +9999",
        "Fri, 1 Nov 1997 9:5:6 +0000", "Frix, 21 Nov 1997 09:55:06 +0000", "Fri, 21 November 1997 09:55:06 +0000",
        "Fri, 21 Nov 1997 09:55:60 +0000", "Fri, 21 Nov 1997 25:55:06 +0000", "Fri, 21 Nov 1997 09:55:06 +0000(UTC)",
        "Fri, 21 Nov 1997 09:55:06 +0000 ((x))", "Fri, 21 Nov 1997 09:55:06 +0000 (x", "Fri, 21 Nov 1997 09:55:06",
        "Fri, 21 Nov 1997 09:55:06 +00000", "Fri, 21 Nov 97 09:55:06 +0000", "29 Feb 2023 00:00 +0000",
        "Fri, 21 Nov 1997 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000 x",
        "\tFri, 21\r\n Nov 1997 09:55:06 +0000\r\n",
        "Fri, 21 Nov 1997 09:55:06.5 +0000", "Fri 21 Nov 1997 09:55:06 +0000", "", "Fri,", "1", "1 Nov",
    ])
    func readsTheCommonFormAsAnyOther(text: String) {
        #expect(MailDate(Bytes(text)) == MailDate(Bytes("()" + text)))
    }

    @Test(arguments: [
        Case(
            text: "21 Nov 97 09 : 55 : 06 GMT", instant: "1997-11-21T09:55:06Z", zone: 0,
            defects: [.shortYear, .namedZone]),
        Case(text: "1 Jan 49 00:00 UT", instant: "2049-01-01T00:00:00Z", zone: 0, defects: [.shortYear, .namedZone]),
        Case(text: "1 Jan 50 00:00 UT", instant: "1950-01-01T00:00:00Z", zone: 0, defects: [.shortYear, .namedZone]),
        Case(text: "1 Jan 103 00:00 +0000", instant: "2003-01-01T00:00:00Z", zone: 0, defects: [.shortYear]),
        Case(text: "Sun, 27 Oct 2002 23:57:07 EST", instant: "2002-10-28T04:57:07Z", zone: -300, defects: [.namedZone]),
        Case(text: "27 Oct 2002 23:57:07 pdt", instant: "2002-10-28T06:57:07Z", zone: -420, defects: [.namedZone]),
        Case(text: "10 Jul 1997 14:53:31 A", instant: "1997-07-10T14:53:31Z", zone: nil, defects: [.unknownZone]),
        Case(text: "10 Jul 1997 14:53:31 Z", instant: "1997-07-10T14:53:31Z", zone: 0, defects: [.namedZone]),
        Case(text: "10 Jul 1997 14:53:31 XYZ", instant: "1997-07-10T14:53:31Z", zone: nil, defects: [.unknownZone]),
        Case(text: "10 Jul 1997 14:53:31 EST5EDT", instant: "1997-07-10T19:53:31Z", zone: -300, defects: [.namedZone]),
    ])
    func obsolete(_ item: Case) throws { try check(item) }

    @Test(arguments: [
        Case(text: "Wed Feb  7 12:00:00 2001", instant: "2001-02-07T12:00:00Z", zone: nil, defects: [.missingZone]),
        Case(text: "Wed Feb  7 12:00:00 CET 2001", instant: "2001-02-07T11:00:00Z", zone: 60, defects: [.namedZone]),
        Case(text: "Wed Feb  7 12:00:00 2001 +0100", instant: "2001-02-07T11:00:00Z", zone: 60),
        Case(text: "Wed Feb  7 12:00:00 +0100 2001", instant: "2001-02-07T11:00:00Z", zone: 60),
        Case(
            text: "2001-02-07T12:00:00Z", instant: "2001-02-07T12:00:00Z", zone: 0, defects: [.namedZone, .foreignForm]),
        Case(
            text: "2001-02-07T12:00:00.25+01:00", instant: "2001-02-07T11:00:00.250Z", zone: 60, defects: [.foreignForm]
        ),
        Case(text: "2001-02-07 12:00:00 -0500", instant: "2001-02-07T17:00:00Z", zone: -300, defects: [.foreignForm]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 GMT+0200", instant: "2001-02-07T10:00:00Z", zone: 120,
            defects: [.foreignForm]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 GMT+2", instant: "2001-02-07T10:00:00Z", zone: 120, defects: [.foreignForm]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 (CET)", instant: "2001-02-07T11:00:00Z", zone: 60, defects: [.foreignForm]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 (GMT-03:00)", instant: "2001-02-07T15:00:00Z", zone: -180,
            defects: [.foreignForm]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 0530", instant: "2001-02-07T06:30:00Z", zone: 330, defects: [.foreignForm]),
        Case(text: "Wed, 7 Feb 2001 12:00:00 +05-30", instant: "2001-02-07T06:30:00Z", zone: 330),
        Case(text: "Wed, 7 Feb 2001 12:00:00", instant: "2001-02-07T12:00:00Z", zone: nil, defects: [.missingZone]),
        Case(
            text: "Wed, 7 Feb 2001 12:00:00 -1900", instant: "2001-02-07T12:00:00Z", zone: nil, defects: [.unknownZone]),
        Case(
            text: "Mon, 7 Feb 2001 12:00:00 +0000", instant: "2001-02-07T12:00:00Z", zone: 0, defects: [.wrongWeekday]),
        Case(text: "Wednesday, 7 February 2001 1:2:3 +0000", instant: "2001-02-07T01:02:03Z", zone: 0),
        Case(text: "Wed, Feb 7 2001 01:02 PM -0500", instant: "2001-02-07T18:02:00Z", zone: -300),
        Case(text: "7-Feb-2001 12:00:00 +0000", instant: "2001-02-07T12:00:00Z", zone: 0),
        Case(text: "2001 Feb 7 12:00:00 +0000", instant: "2001-02-07T12:00:00Z", zone: 0, defects: [.foreignForm]),
        Case(text: "07.02.2001 12:00:00 +0000", instant: "2001-02-07T12:00:00Z", zone: 0, defects: [.foreignForm]),
        Case(text: "2/27/2001 12:00:00 +0000", instant: "2001-02-27T12:00:00Z", zone: 0, defects: [.foreignForm]),
        Case(text: "27/2/2001 12:00:00 +0000", instant: "2001-02-27T12:00:00Z", zone: 0, defects: [.foreignForm]),
    ])
    func foreign(_ item: Case) throws { try check(item) }

    @Test(arguments: [
        "", "now", "Wed", "12:00:00", "7 Feb 2001", "Wed, 30 Feb 2001 12:00:00 +0000", "7 Bog 2026 19:14:51 +0000",
        "7 Feb 2001 25:00:00 +0000", "7 Feb 2001 12:60 +0000", "7 Feb 20010 12:00 +0000", "Feb 2001 12:00",
        "7 Feb 2001 13:00 PM", "7 Feb 99999999999999999999 12:00", "(7 Feb 2001 12:00",
    ])
    func refused(_ text: String) {
        #expect(MailDate(Bytes(text)) == nil)
    }

    @Test(arguments: [
        ("Wed Feb  7 12:00:00 2001", "2001-02-07T12:00:00Z"), ("Wed Feb  7 12:00 2001", "2001-02-07T12:00:00Z"),
        ("Wed Feb 07 12:00:00 MET 2001", "2001-02-07T11:00:00Z"),
        ("Wed Feb  7 12:00:00 2001 -0800", "2001-02-07T20:00:00Z"),
        ("Wed Feb  7 12:00:00 2001 remote from relay", "2001-02-07T12:00:00Z"),
    ])
    func asctime(_ text: String, _ instant: String) {
        #expect(MailDate(asctime: Bytes(text))?.timestamp.description == instant)
    }

    @Test(arguments: [
        "", "Wed, 7 Feb 2001 12:00:00 +0000", "Feb 7 12:00:00 2001", "Wed Feb 7 2001 12:00:00", "Wed Feb 7 12:00:00",
        "Foo Feb 7 12:00:00 2001",
    ])
    func notAsctime(_ text: String) {
        #expect(MailDate(asctime: Bytes(text)) == nil)
    }
}
