import Foundation
import Glibc
import Stores
import Synchronization
import Values

/// The index of the folder. Nothing is lost with it: the descriptions have all that it says.
extension QuarantineFolder {
    /// The index that is open, and when the folder was last tidied.
    struct HeldIndex {
        var index: QuarantineIndex?
        var tidied: Timestamp?
    }

    var indexFile: String { "\(path)/index.db" }

    /// The index; nil where it cannot be had, or is not there and none is to be made. One that is damaged is made anew.
    func index(makes: Bool) -> QuarantineIndex? {
        held.withLock { held in
            if let index = held.index, index.isInPlace { return index }
            held.index = nil
            let isThere = unsafe access(indexFile, F_OK) == 0
            guard makes || isThere else { return nil }
            do throws(StoreError) {
                held.index = try QuarantineIndex(path: indexFile)
            } catch {
                guard error.code == .badData else { return nil }
                removeIndex()
                held.index = try? QuarantineIndex(path: indexFile)
            }
            return held.index
        }
    }

    func removeIndex() { for ending in ["", "-wal", "-shm"] { unsafe unlink(indexFile + ending) } }

    /// Puts a new entry into the index. What fails here is made up for when the folder is next looked at.
    func enter(_ id: String, _ description: [UInt8]) {
        guard let index = index(makes: true), let message = QuarantinedMessage(description, findings: false) else {
            return
        }
        try? index.add([row(message)])
    }

    private func row(_ message: QuarantinedMessage) -> QuarantineIndex.Row {
        var status = stat()
        let stored = ["eml.zst", "eml"].first { unsafe lstat(file(message.id, $0), &status) == 0 }
        return QuarantineIndex.Row(
            id: message.id, time: message.time, content: message.content,
            stored: stored == nil ? 0 : Int(status.st_size), summary: message.summary.text)
    }

    /// Brings the index to what lies in the folder; what is wrong with descriptions.
    @discardableResult func reconcile(_ index: QuarantineIndex) throws -> [QuarantineError] {
        let known = try index.ids()
        let there = try ids()
        let gone = known.subtracting(there)
        if !gone.isEmpty { try index.remove(gone.sorted()) }
        var errors: [QuarantineError] = []
        var rows: [QuarantineIndex.Row] = []
        for id in there where !known.contains(id) {
            do throws(QuarantineError) {
                rows.append(row(try message(id, findings: false)))
            } catch {
                if error.code != .notThere { errors.append(error) }
            }
            if rows.count >= 500 {
                try index.add(rows)
                rows = []
            }
        }
        if !rows.isEmpty { try index.add(rows) }
        return errors
    }

    /// The entries whose times lie in the range, in the order of time and id, without their findings; and what is wrong
    /// with others. One that has gone meanwhile is no mistake.
    public func entries(
        since: Timestamp? = nil, until: Timestamp? = nil
    ) throws(QuarantineError) -> (messages: [QuarantinedMessage], errors: [QuarantineError]) {
        let ids = try ids()
        if !ids.isEmpty, let index = index(makes: true), let errors = try? reconcile(index),
            let rows = try? index.rows(since: since, until: until)
        {
            let messages = rows.compactMap { QuarantinedMessage(Array($0.summary.utf8), findings: false) }
            if messages.count == rows.count { return (messages, errors) }
        }
        // No index can be had here, as by those who may only read.
        var messages: [QuarantinedMessage] = []
        var errors: [QuarantineError] = []
        for id in ids {
            do throws(QuarantineError) {
                let message = try message(id, findings: false)
                if let since, message.time < since { continue }
                if let until, message.time >= until { continue }
                messages.append(message)
            } catch {
                if error.code != .notThere { errors.append(error) }
            }
        }
        return (messages.sorted { ($0.time, $0.id) < ($1.time, $1.id) }, errors)
    }

    /// What `check()` finds.
    public struct Condition: Sendable {
        /// Entries that are whole.
        public var whole = 0
        /// Those of them whose messages are not compressed, as older versions kept them.
        public var old = 0
        /// Messages that several entries share.
        public var shared = 0
        /// What is damaged.
        public var damage: [String] = []
        /// What is wrong with the index alone, which can be made anew.
        public var index: [String] = []
    }

    /// Reads all there is and compares each message with its digest, and the index with the folder.
    public func check() throws(QuarantineError) -> Condition {
        var condition = Condition()
        var seen: [String: Int] = [:]
        let ids = try ids()
        for id in ids {
            do throws(QuarantineError) {
                let message = try message(id)
                let content = try content(of: id)
                guard message.content.map({ $0 == QuarantineFolder.digest(of: content.array) }) ?? true,
                    content.count == message.size
                else {
                    throw QuarantineError(
                        .damaged, "\(path)/\(id): the message is not the one that its description tells of")
                }
                _ = try releases(of: id)
                condition.whole += 1
                if unsafe access(file(id, "eml"), F_OK) == 0 { condition.old += 1 }
                if let digest = message.content { seen[digest, default: 0] += 1 }
            } catch {
                // It may have been deleted while it was read.
                if error.code == .notThere, unsafe access(file(id, "json"), F_OK) != 0 { continue }
                condition.damage.append(error.description)
            }
        }
        condition.shared = seen.values.count { $0 > 1 }
        guard unsafe access(indexFile, F_OK) == 0 else {
            if !ids.isEmpty { condition.index.append("\(indexFile): is not there") }
            return condition
        }
        do {
            let index = try QuarantineIndex(path: indexFile)
            condition.index += try index.faults().map { "\(indexFile): \($0)" }
            let known = try index.ids()
            for id in known.subtracting(ids).sorted() {
                condition.index.append("\(indexFile): has \(id), which is gone")
            }
            for id in ids where !known.contains(id) { condition.index.append("\(indexFile): lacks \(id)") }
        } catch {
            condition.index.append("\(error)")
        }
        return condition
    }

    /// Makes the index anew from the files, and brings entries of the old form into the new one; how many entries there
    /// are, how many were of the old form, and what is wrong with others.
    public func rebuild() async throws(QuarantineError) -> (entries: Int, migrated: Int, errors: [QuarantineError]) {
        var errors: [QuarantineError] = []
        var migrated = 0
        let ids = try ids()
        for id in ids {
            do throws(QuarantineError) {
                if try await migrate(id) { migrated += 1 }
            } catch {
                if error.code != .notThere { errors.append(error) }
            }
        }
        held.withLock { $0.index = nil }
        removeIndex()
        guard let index = index(makes: true) else {
            throw QuarantineError(.inputOutput, "\(indexFile): the index cannot be made")
        }
        do {
            errors += try reconcile(index)
            return (try index.ids().count, migrated, errors)
        } catch let error as QuarantineError {
            throw error
        } catch {
            throw QuarantineError(.inputOutput, "\(error)")
        }
    }
}
