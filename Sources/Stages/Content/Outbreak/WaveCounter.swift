import Cryptography
import Fingerprints
import Mail
import Screening
import State
import Values

extension OutbreakProtection {
    /// Counts copies in state, so that a whole fleet sees a wave that each of its members has only a few of.
    ///
    /// Copies gather around the first one. Its signature and its bands are kept; a later message with a band in common is
    /// compared with it, belongs to it when the two are alike enough, and then leaves its own bands there, so that
    /// the further a wave has changed the more it is known by. Where two first copies come at the same moment, each
    /// finds the other by the bands that it cannot have, and they are one.
    struct WaveCounter {
        let settings: Settings
        let copy: Copy
        /// Whether it says little besides what it quotes of the conversation that it is part of.
        let isConversation: Bool
        let state: any StateStore
        let now: Timestamp

        /// First copies that a message is compared with at the most.
        private static let mostCandidates = 8

        private func key(_ parts: String...) -> StateKey { StateKey("outbreak", parts: parts) }

        /// Remembers the message; false when it was tried before.
        func notice(_ message: Message, _ fingerprint: MessageFingerprint) async throws -> Bool {
            var digest = Digest(.sha256)
            let marks = [fingerprint.text?.name, fingerprint.links] + fingerprint.attachments.map(\.digest)
            for part in copy.identity(message) + marks.map({ $0 ?? "" }) {
                digest.update(Bytes(part))
                digest.update(UInt8(0))
            }
            let name = String(StateName.hex(digest.finalize()).prefix(32))
            return try await state.insertIfAbsent(key("seen", name), "", expires: now + settings.remembers, at: now)
                .inserted
        }

        /// How far the wave has got that a message with this mark belongs to; nil where it is none.
        func standing(of kind: Kind, _ name: String, _ sketch: Sketch?, isNew: Bool) async throws -> Standing? {
            let (group, similarity) = try await group(of: kind, name, sketch)
            guard let first = group.first else { return nil }
            let tally = try await count(kind, group.wave, first, isNew: isNew)
            let wave = key("wave", kind.rawValue, group.wave)
            var known = try await state.get(wave, at: now)
            if known == nil {
                guard isWave(kind, tally) else { return nil }
                known = try await state.insertIfAbsent(
                    wave, String(tally.copies), expires: now + settings.remembers, at: now
                ).entry
            } else if isNew {
                try await state.put(wave, String(tally.copies), expires: now + settings.remembers, at: now)
            }
            // What the wave was found by stays until it is forgotten itself.
            try await keep(kind, group.wave, first)
            return Standing(
                wave: group.wave, kind: kind, copies: tally.copies, networks: tally.networks, senders: tally.senders,
                recipients: tally.recipients, recent: tally.recent, first: first.time, caught: known?.created ?? now,
                elapsed: max(.zero, now.since(tally.began)), similarity: similarity, subject: first.subject,
                isRemembered: tally.copies < settings.copies)
        }

        private func isWave(_ kind: Kind, _ tally: Tally) -> Bool {
            guard tally.copies >= settings.copies else { return false }
            let hasNetworks = tally.networks >= settings.networks
            let hasSenders = settings.senders > 0 && tally.senders >= settings.senders
            // Many an honest signature has the same links: only what comes from everywhere is a wave.
            return kind == .links ? hasNetworks && (hasSenders || settings.senders == 0) : hasNetworks || hasSenders
        }

        // MARK: Which wave

        private struct Group {
            let wave: String
            /// What is known of its first copy; nil where the message is the first itself.
            let first: FirstCopy?
        }

        private func group(of kind: Kind, _ name: String, _ sketch: Sketch?) async throws -> (Group, Int?) {
            let mine = FirstCopy(copy, sketch, at: now)
            let own = key("first", kind.rawValue, name)
            let (entry, isFirst) = try await state.insertIfAbsent(
                own, mine.text, expires: now + settings.window, at: now)
            if !isFirst, let first = FirstCopy(text: entry.value) {
                if kind == .text, isPart(ofThreadOf: first) { return (Group(wave: name, first: nil), nil) }
                return (Group(wave: name, first: first), sketch == nil ? nil : 100)
            }
            guard let sketch else { return (Group(wave: name, first: nil), nil) }
            var taken: [StateKey] = []
            var held: [(key: StateKey, entry: StateEntry)] = []
            var candidates: [String] = []
            for band in sketch.bands {
                let key = key("band", kind.rawValue, band)
                let (entry, isMine) = try await state.insertIfAbsent(
                    key, name, expires: now + settings.window, at: now)
                if isMine || entry.value == name {
                    taken.append(key)
                    continue
                }
                held.append((key, entry))
                if !candidates.contains(entry.value), candidates.count < WaveCounter.mostCandidates {
                    candidates.append(entry.value)
                }
            }
            var best: (wave: String, first: FirstCopy, similarity: Int)?
            for candidate in candidates {
                guard let held = try await state.get(key("first", kind.rawValue, candidate), at: now),
                    let first = FirstCopy(text: held.value), let alike = sketch.similarity(to: first.signature),
                    alike >= settings.similarity, !isPart(ofThreadOf: first), alike > best?.similarity ?? 0
                else { continue }
                best = (candidate, first, alike)
            }
            guard let best else { return (Group(wave: name, first: nil), nil) }
            // What keeps coming keeps being found.
            taken += held.filter { $0.entry.value == best.wave && now + settings.window / 2 > $0.entry.expires }.map(
                \.key)
            for key in taken { try await state.put(key, best.wave, expires: now + settings.window, at: now) }
            try await state.remove(own, at: now)
            return (Group(wave: best.wave, first: best.first), best.similarity)
        }

        /// People who answer each other quote the same.
        private func isPart(ofThreadOf first: FirstCopy) -> Bool { isConversation && first.thread == copy.thread }

        private func keep(_ kind: Kind, _ wave: String, _ first: FirstCopy) async throws {
            try await state.put(
                key("first", kind.rawValue, wave), first.text, expires: now + settings.remembers + settings.window,
                at: now)
        }

        // MARK: How many

        private struct Tally {
            var copies = 0
            var networks = 0
            var senders = 0
            var recipients = 0
            var recent = 0
            var began: Timestamp
        }

        private func count(_ kind: Kind, _ wave: String, _ first: FirstCopy, isNew: Bool) async throws -> Tally {
            let counter = key("copies", kind.rawValue, wave)
            let recent = key("recent", kind.rawValue, wave)
            var tally = Tally(began: now)
            if isNew {
                tally.copies = try await state.increment(counter, by: 1, window: settings.window, at: now)
                tally.recent = try await state.increment(recent, by: 1, window: settings.fastWindow, at: now)
            } else {
                tally.copies = StateCount.value(try await state.get(counter, at: now)?.value ?? "")
                tally.recent = StateCount.value(try await state.get(recent, at: now)?.value ?? "")
            }
            let opened = try await state.get(counter, at: now)?.created ?? now
            tally.began = opened
            // Counted with what was counted since the window opened, and no longer.
            let window = String(opened.milliseconds)
            let countsFirst = first.time <= opened && opened.since(first.time) < settings.window
            if countsFirst { tally.began = first.time }
            if isNew, tally.copies == 1, countsFirst {
                tally.copies = try await state.increment(counter, by: 1, window: settings.window, at: now)
                if opened.since(first.time) < settings.fastWindow {
                    tally.recent = try await state.increment(recent, by: 1, window: settings.fastWindow, at: now)
                }
                _ = try await note(first.network.map { [$0] } ?? [], "network", kind, wave, window, isNew: true)
                _ = try await note(first.sender.map { [$0] } ?? [], "sender", kind, wave, window, isNew: true)
                _ = try await note(
                    first.recipients > 0 ? ["first copy"] : [], "recipient", kind, wave, window, by: first.recipients,
                    isNew: true)
            }
            tally.networks = try await note(
                copy.network.map { [$0] } ?? [], "network", kind, wave, window, isNew: isNew)
            tally.senders = try await note(copy.sender.map { [$0] } ?? [], "sender", kind, wave, window, isNew: isNew)
            tally.recipients = try await note(copy.recipients, "recipient", kind, wave, window, isNew: isNew)
            return tally
        }

        /// Adds what is new of `members`; how many different ones there are.
        private func note(
            _ members: [String], _ what: String, _ kind: Kind, _ wave: String, _ window: String, by amount: Int = 1,
            isNew: Bool
        ) async throws -> Int {
            let counter = key("\(what)s", kind.rawValue, wave, window)
            var count: Int?
            if isNew {
                for member in members {
                    let (_, isFirst) = try await state.insertIfAbsent(
                        key(what, kind.rawValue, wave, window, String(member.prefix(320))), "",
                        expires: now + settings.window, at: now)
                    guard isFirst else { continue }
                    count = try await state.increment(counter, by: amount, window: settings.window, at: now)
                }
            }
            if let count { return count }
            return StateCount.value(try await state.get(counter, at: now)?.value ?? "")
        }
    }

    /// What is kept of the first copy: `time;network;sender;recipients;thread;signature;subject`.
    struct FirstCopy: Sendable {
        let time: Timestamp
        let network: String?
        let sender: String?
        let recipients: Int
        let thread: String
        let signature: String
        let subject: String

        init(_ copy: Copy, _ sketch: Sketch?, at now: Timestamp) {
            time = now
            network = copy.network
            sender = copy.sender.map { String($0.filter { $0 != ";" }.prefix(255)) }
            recipients = copy.recipients.count
            thread = copy.thread
            signature = sketch?.compact ?? ""
            subject = copy.subject
        }

        /// Reads what `text` gives; nil when it is none.
        init?(text: String) {
            let parts = text.split(separator: ";", maxSplits: 6, omittingEmptySubsequences: false)
            guard parts.count == 7, let time = Int64(parts[0]), let recipients = Int(parts[3]), recipients >= 0,
                recipients <= Copy.mostRecipients
            else { return nil }
            self.time = Timestamp(milliseconds: time)
            (network, sender) = (parts[1].isEmpty ? nil : String(parts[1]), parts[2].isEmpty ? nil : String(parts[2]))
            self.recipients = recipients
            thread = String(parts[4])
            (signature, subject) = (String(parts[5]), String(parts[6]))
        }

        var text: String {
            "\(time.milliseconds);\(network ?? "");\(sender ?? "");\(recipients);\(thread);\(signature);\(subject)"
        }
    }
}

/// Digests as parts of keys.
enum StateName {
    /// The digest of a text in hexadecimal.
    static func hex(of text: String) -> String {
        hex(Bytes(text).withSpan { Digest.hash($0, with: .sha256) })
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
