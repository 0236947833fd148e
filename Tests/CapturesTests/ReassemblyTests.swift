import Captures
import SMTP
import Testing
import Values

/// TCP as it comes: out of order, twice, in part, and not at all.
@Suite struct ReassemblyTests {
    private func file(_ segments: [Capture.Segment]) -> [UInt8] {
        Capture.pcap(segments.map { Capture.ip4(Capture.tcp($0), isFromClient: $0.isFromClient) })
    }

    private func dialogue(_ segments: [Capture.Segment]) -> String? { Capture.dialogues(file(segments)).first }

    private func notes(_ segments: [Capture.Segment]) -> [String] {
        Capture.read(file(segments)).compactMap { if case .note(let note) = $0 { note } else { nil } }
    }

    @Test(arguments: [UInt32(0), 1000, .max, .max - 20, .max - 60, .max / 2])
    func numbersWrap(initial: UInt32) {
        #expect(dialogue(Play.session(client: initial, server: initial &- 30).segments) == Play.dialogue)
    }

    /// Every neighbouring pair of the client's segments exchanged, and each segment repeated at the end.
    @Test func orderAndRepetitionDoNotMatter() {
        let segments = Play.session().segments
        let places = segments.indices.filter { segments[$0].isFromClient && !segments[$0].payload.isEmpty }
        for (left, right) in zip(places, places.dropFirst()) where right == left + 1 {
            var other = segments
            other.swapAt(left, right)
            #expect(dialogue(other) == Play.dialogue)
        }
        for place in segments.indices where !segments[place].payload.isEmpty {
            var other = segments
            other.insert(segments[place], at: place + 1)
            #expect(dialogue(other) == Play.dialogue, "\(place)")
        }
    }

    /// A message in segments that overlap by halves, backwards.
    @Test func overlapsAreTakenOnce() {
        var play = Play(client: .max - 40)
        play.server("220 x ESMTP\r\n")
        play.client("DATA\r\n")
        play.server("354 go\r\n")
        let body = Array("Subject: a long enough line to be cut\r\n\r\nand a body\r\n.\r\n".utf8)
        let start = play.clientSequence
        for place in stride(from: body.count - 1, through: 0, by: -3) {
            let end = min(body.count, place + 6)
            play.segments.append(
                Capture.Segment(
                    isFromClient: true, sequence: start &+ UInt32(place), acknowledgement: play.serverSequence,
                    payload: Array(body[max(0, place)..<end])))
        }
        if (body.count - 1) % 3 != 0 {
            play.segments.append(
                Capture.Segment(
                    isFromClient: true, sequence: start, acknowledgement: play.serverSequence,
                    payload: Array(body[..<3])))
        }
        let text = dialogue(play.segments) ?? ""
        #expect(text.contains("[message \(body.count - 3): \"Subject: a long enough line to be cut\\r"))
        #expect(!notes(play.segments).contains { $0.contains("others") })
    }

    /// Octets that came first stand, whichever way a repetition overlaps; that it differs is told.
    @Test func whatCameFirstStands() {
        var segments = Play.session().segments
        let place = segments.firstIndex { $0.payload.starts(with: Array("EHLO".utf8)) } ?? 0
        var forged = segments[place]
        forged.payload = Array("HELO b.example\r\n".utf8)
        segments.insert(forged, at: place + 1)
        #expect(dialogue(segments) == Play.dialogue)
        #expect(notes(segments).contains("3 octets were sent again as others; those that came first were taken"))
    }

    /// A segment of the message lost: the message is told with its size, and is not taken for a whole one.
    @Test func lostSegmentsAreGaps() {
        var segments = Play.session().segments
        segments.removeAll { $0.payload.starts(with: Array("Subject".utf8)) }
        let text = dialogue(segments) ?? ""
        #expect(text.contains("S: 354 go on\n[gap client 16]\n[message of 23, not whole]\nS: 250 queued\nC: QUIT"))
        // A reply lost.
        segments = Play.session().segments
        segments.removeAll { $0.payload.starts(with: Array("250-mx".utf8)) }
        let other = dialogue(segments) ?? ""
        #expect(other.contains("C: EHLO a.example\n[gap server 32]\nC: MAIL"), "\(other)")
        #expect(other.hasSuffix("C: QUIT\nS: 221 bye\n[close]"), "\(other)")
        // A command lost.
        segments = Play.session().segments
        segments.removeAll { $0.payload.starts(with: Array("EHLO".utf8)) }
        let third = dialogue(segments) ?? ""
        #expect(third.contains("[gap client 16]"), "\(third)")
        #expect(third.contains("C: MAIL FROM:<a@a.example>"), "\(third)")
    }

    /// A capture that kept the beginnings of packets only.
    @Test func cutPacketsAreGaps() {
        let packets = Play.session().packets
        let kept = Dictionary(uniqueKeysWithValues: packets.indices.map { ($0, min(packets[$0].count, 60)) })
        let text = Capture.dialogues(Capture.pcap(packets, kept: kept)).first ?? ""
        #expect(text.contains("[gap"))
        #expect(!text.contains("[message 2"))
    }

    /// Sessions whose beginning was not captured: nothing of the client is written before a command that is surely one.
    @Test func begunInTheMiddle() {
        var play = Play(handshake: false)
        play.client("c2VjcmV0\r\n")
        play.server("235 ok\r\n")
        play.client("MAIL FROM:<a@a.example>\r\n")
        play.server("250 ok\r\n")
        play.client("RCPT TO:<b@b.example>\r\n")
        play.server("250 ok\r\n")
        let text = dialogue(play.segments) ?? ""
        #expect(!text.contains("c2VjcmV0"))
        #expect(text.contains("C: MAIL FROM:<a@a.example>\nS: 250 ok\nC: RCPT TO:<b@b.example>\nS: 250 ok"), "\(text)")
        guard case .session(let session)? = Capture.read(file(play.segments)).first else { return }
        #expect(!session.isComplete)
    }

    @Test func resetsEndASession() {
        var play = Play()
        play.server("220 x ESMTP\r\n")
        play.client("HELO a\r\n")
        var far = Capture.Segment(isFromClient: false, sequence: play.serverSequence &+ 900_000_000, flags: 4)
        play.segments.append(far)
        play.server("250 x\r\n")
        far.sequence = play.serverSequence
        play.segments.append(far)
        #expect(dialogue(play.segments)?.hasSuffix("S: 250 x\n[close reset by the server]") ?? false)
    }

    /// Two connections one after the other between the same ports, the second with a SYN while the first was open.
    @Test func portsAreUsedAgain() {
        let first = Play.session().segments.dropLast(2)
        let second = Play.session(client: 700_000, server: 800_000).segments
        #expect(Capture.dialogues(file(Array(first) + second)).count == 2)
    }

    /// Only the client's packets: its acknowledgements tell where the server spoke.
    @Test func oneSideAlone() {
        let text = dialogue(Play.session().segments.filter(\.isFromClient)) ?? ""
        #expect(text.contains("C: DATA\n") && text.contains("[message 22:"), "\(text)")
        #expect(!text.contains("S: "))
    }

    /// A forged segment far ahead, which nobody acknowledges, is no part of the stream.
    @Test func straysAreNotTaken() {
        var segments = Play.session().segments
        let place = segments.firstIndex { $0.payload.starts(with: Array("EHLO".utf8)) } ?? 0
        var stray = segments[place]
        stray.sequence &+= 500_000
        stray.payload = Array("RCPT TO:<evil@a.example>\r\n".utf8)
        segments.insert(stray, at: place)
        #expect(dialogue(segments) == Play.dialogue)
        #expect(notes(segments).contains { $0.hasPrefix("26 octets were never acknowledged") })
    }
}
