import Captures
import SMTP
import Testing
import Values

/// Capture files of every kind give the same session.
@Suite struct CaptureFileTests {
    private static let packets = Play.session().packets

    static let files: [(String, [UInt8])] = [
        ("pcap", Capture.pcap(packets)), ("pcap, big", Capture.pcap(packets, isBig: true)),
        ("pcap, nanoseconds", Capture.pcap(packets, hasNanoseconds: true)),
        ("pcap, big, nanoseconds", Capture.pcap(packets, isBig: true, hasNanoseconds: true)),
        ("pcapng", Capture.pcapng(packets)), ("pcapng, big", Capture.pcapng(packets, isBig: true)),
        ("two sections", Capture.pcapng(Array(packets[..<7])) + Capture.pcapng(Array(packets[7...]), isBig: true)),
        ("BSD loopback", Capture.pcap(packets.map { [2, 0, 0, 0] + $0 }, link: 0)),
        ("OpenBSD loopback", Capture.pcap(packets.map { [0, 0, 0, 2] + $0 }, link: 108)),
        ("Ethernet", Capture.pcap(packets.map { ethernet($0) }, link: 1)),
        ("Ethernet, filled up", Capture.pcap(packets.map { ethernet($0) + [0, 0, 0, 0, 0, 0] }, link: 1)),
        ("VLAN", Capture.pcap(packets.map { ethernet([0x00, 0x07, 0x08, 0x00] + $0, 0x8100) }, link: 1)),
        (
            "two VLANs",
            Capture.pcap(packets.map { ethernet([0, 7, 0x81, 0, 0, 9, 8, 0] + $0, 0x88A8) }, link: 1)
        ),
        (
            "PPP over Ethernet",
            Capture.pcap(packets.map { ethernet([0x11, 0, 0, 1, 0, 9, 0, 0x21] + $0, 0x8864) }, link: 1)
        ),
        ("MPLS", Capture.pcap(packets.map { ethernet([0, 0, 0, 9, 0, 0, 1, 9] + $0, 0x8847) }, link: 1)),
        ("raw, 12", Capture.pcap(packets, link: 12)), ("raw, 228", Capture.pcap(packets, link: 228)),
        (
            "Linux cooked",
            Capture.pcap(
                packets.map { [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 0, count: 8) + [8, 0] + $0 }, link: 113)
        ),
        (
            "Linux cooked, 2",
            Capture.pcap(packets.map { [8, 0] + [UInt8](repeating: 0, count: 18) + $0 }, link: 276)
        ),
        ("PPP", Capture.pcap(packets.map { [0xFF, 3, 0, 0x21] + $0 }, link: 9)),
        (
            "netfilter log",
            Capture.pcap(packets.map { [2, 0, 0, 0] + Capture.le($0.count + 4, 2) + [9, 0] + $0 }, link: 239)
        ),
        (
            "another protocol between",
            Capture.pcap(
                packets.flatMap {
                    [Capture.ip4([1, 2, 3, 4, 5, 6, 7, 8], isFromClient: true, protocolNumber: 17), $0]
                })
        ),
        (
            "a tunnel",
            Capture.pcap(packets.map { Capture.ip4($0, isFromClient: true, protocolNumber: 4) })
        ),
    ]

    private static func ethernet(_ packet: [UInt8], _ type: Int = 0x0800) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + Capture.be(type, 2) + packet
    }

    @Test(arguments: files.indices)
    func givesTheSession(index: Int) {
        let (name, file) = CaptureFileTests.files[index]
        #expect(Capture.dialogues(file) == [Play.dialogue], "\(name)")
        #expect(Capture.dialogues(file, pieces: 7) == [Play.dialogue], "\(name), in pieces")
    }

    @Test func readsIPv6WithExtensionHeaders() {
        let play = Play.session()
        let packets = play.segments.enumerated().map { index, segment in
            // Hop-by-hop options, a routing header and destination options before TCP, with every other packet.
            index % 2 == 0
                ? Capture.ip6(Capture.tcp(segment), isFromClient: segment.isFromClient)
                : Capture.ip6(
                    [43, 0, 1, 4, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 6, 1] + [UInt8](repeating: 0, count: 14)
                        + Capture.tcp(segment), isFromClient: segment.isFromClient, next: 0)
        }
        let expected = Play.dialogue.replacing(
            "192.0.2.1:4312 198.51.100.25:25", with: "[2001:db8::1]:4312 [2001:db8::2]:25")
        #expect(Capture.dialogues(Capture.pcap(packets)) == [expected])
    }

    @Test func timesAreToTheMillisecond() throws {
        for file in [Capture.pcap(Play.session().packets), Capture.pcapng(Play.session().packets)] {
            guard case .session(let session)? = Capture.read(file).first else {
                Issue.record("no session")
                return
            }
            #expect(session.connectTime.rfc3339 == "2024-05-01T10:00:00.001Z")
            #expect(session.events.last?.time.rfc3339 == "2024-05-01T10:00:00.015Z")
            #expect(session.isComplete)
        }
    }

    /// Fragments in any order; those that overlap and differ make a datagram void.
    @Test func putsFragmentsTogether() {
        let packets = Play.session().segments.enumerated().flatMap { index, segment -> [[UInt8]] in
            let whole = Capture.tcp(segment)
            let cut = 16
            let first = Capture.ip4(
                Array(whole[..<cut]), isFromClient: segment.isFromClient, fragment: 0x2000, identification: index)
            let last = Capture.ip4(
                Array(whole[cut...]), isFromClient: segment.isFromClient, fragment: cut / 8, identification: index)
            return index % 2 == 0 ? [first, last] : [last, first, last]
        }
        #expect(Capture.dialogues(Capture.pcap(packets)) == [Play.dialogue])
        let forged = Capture.ip4(
            [UInt8](repeating: 0x41, count: 8), isFromClient: true, fragment: 0x2001, identification: 7)
        var others = packets
        others.insert(forged, at: packets.firstIndex { $0[4...5].elementsEqual([0, 7]) } ?? 0)
        let notes = Capture.read(Capture.pcap(others)).compactMap { if case .note(let note) = $0 { note } else { nil } }
        #expect(notes.contains("1 datagram could not be put together from fragments"))
    }

    @Test(arguments: [false, true])
    func goesOnBehindDamage(isNewer: Bool) {
        let packets = Play.session().packets + Play.session(client: 90_000, server: 1).packets
        var file = isNewer ? Capture.pcapng(packets) : Capture.pcap(packets)
        // A length that lies, in the middle of the first session.
        let blocks = stride(from: 0, to: file.count - 3, by: 4).filter {
            file[$0..<$0 + 4].elementsEqual([6, 0, 0, 0])
        }
        let place = isNewer ? (blocks.dropFirst(3).first ?? 0) + 4 : 24 + 16 + 40 + 8
        for index in 0..<4 { file[place + index] = 0xFE }
        let outputs = Capture.read(file, pieces: 100)
        #expect(outputs.contains { if case .damage = $0 { true } else { false } })
        #expect(Capture.dialogues(file).last == Play.dialogue)
    }

    @Test func tellsWhereACaptureIsCutOff() {
        let file = Capture.pcap(Play.session().packets)
        for end in [20, 30, 100, file.count - 3] {
            let outputs = Capture.read(Array(file[..<end]))
            #expect(outputs.contains { if case .session = $0 { false } else { true } }, "\(end)")
        }
        let shorter = Capture.dialogues(Array(file[..<(file.count - 3)]))
        #expect(shorter == [String(Play.dialogue.dropLast("\n[close]".count))])
    }

    @Test func saysWhatItDoesNotRead() {
        let file = Capture.pcap(Play.session().packets, link: 127)
        let notes = Capture.read(file).compactMap { if case .note(let note) = $0 { note } else { nil } }
        #expect(notes.first == "15 packets of link type 127, which is not known here, were not read")
        #expect(Capture.read([1, 2, 3, 4, 5]).contains { if case .damage = $0 { true } else { false } })
    }
}
