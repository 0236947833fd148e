import DNS
import Testing
import Values

@Suite struct RecordDataTests {
    @Test(
        "read and written back",
        arguments: [
            (RecordType.a, "192.0.2.1", "192.0.2.1"), (.aaaa, "2001:DB8:0::1", "2001:db8::1"),
            (.aaaa, "::ffff:192.0.2.1", "::ffff:c000:201"),
            (.mx, "10  Mail.Example.org", "10 mail.example.org."), (.mx, "0 .", "0 ."),
            (.ptr, "a.example.org.", "a.example.org."), (.cname, "x", "x."), (.ns, "ns.example.", "ns.example."),
            (.txt, "\"v=spf1 -all\"", "\"v=spf1 -all\""), (.txt, "unquoted words", "\"unquoted\" \"words\""),
            (.txt, "\"a\" \"b\"", "\"a\" \"b\""), (.txt, "\"\"", "\"\""), (.txt, "", ""),
            (.txt, #""q\"b\\s\;\065\200""#, #""q\"b\\s;A\200""#), (.txt, "\"ü\"", #""\195\188""#),
            (.srv, "0  5 25 mail.example.org.", "0 5 25 mail.example.org."),
        ])
    func presentation(type: RecordType, text: String, written: String) throws {
        let data = try #require(RecordData(presentation: text, type: type))
        #expect(data.presentation == written)
        #expect(RecordData(presentation: written, type: type) == data)
    }

    @Test("every byte survives") func everyByte() throws {
        let data = RecordData.txt([Bytes(Array(UInt8.min...UInt8.max)), Bytes([])])
        #expect(RecordData(presentation: data.presentation, type: .txt) == data)
    }

    @Test(arguments: [
        (RecordType.a, "2001:db8::1"), (.a, "192.0.2"), (.a, ""), (.aaaa, "192.0.2.1"), (.aaaa, "fe80::1%eth0"),
        (.mx, "mail"), (.mx, "65536 a"), (.mx, "-1 a"), (.mx, "1 a b"), (.mx, "1 a..b"), (.ptr, ""), (.ptr, "a b"),
        (.txt, "\"open"), (.txt, "\"a\"b"), (.txt, "a\"b"), (.txt, "\"\\300\""), (.txt, "\"\\12\""),
        (.txt, "\\"), (.soa, " "),
    ])
    func refused(type: RecordType, text: String) { #expect(RecordData(presentation: text, type: type) == nil) }
}
