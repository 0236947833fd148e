import Cryptography
import Policy
import Screening
import Values

/// What makes a run the run it is: the same description over the same archives gives the same findings.
public struct RunDescription: Sendable {
    /// A file that belongs to the policy.
    public struct PolicyFile: Sendable {
        let name: String
        let text: Bytes

        /// The policy file called `name`.
        public init(name: String, text: Bytes) { (self.name, self.text) = (name, text) }
    }

    /// An archive as it is now.
    public struct Source: Sendable, Hashable {
        /// The name given.
        public let location: String
        /// What tells whether it has changed; nil where nothing can, as for standard input.
        public let fingerprint: String?

        /// The archive at `location`.
        public init(location: String, fingerprint: String?) {
            (self.location, self.fingerprint) = (location, fingerprint)
        }
    }

    /// The archives in order.
    public let sources: [Source]
    /// Whether the messages are screened in the order of their times: such a run starts over after a kill.
    public let isInTimeOrder: Bool
    /// Whether the histories of its sessions are kept too.
    public var keepsHistories = false
    let policyFiles: [PolicyFile]
    let thresholds: [ScreeningPolicy.Threshold]
    let options: [String: JSON]
    let started: Timestamp

    /// Describes a run that starts now. `options` is everything else that findings depend on.
    public init(
        policyFiles: [PolicyFile], thresholds: [ScreeningPolicy.Threshold], sources: [Source],
        options: [String: JSON], isInTimeOrder: Bool, started: Timestamp
    ) {
        (self.policyFiles, self.thresholds, self.sources) = (policyFiles, thresholds, sources)
        (self.options, self.isInTimeOrder, self.started) = (options, isInTimeOrder, started)
    }

    /// Whether an earlier run can be compared with this one at all.
    var isRepeatable: Bool { sources.allSatisfy { $0.fingerprint != nil } }

    var policyJSON: String {
        JSON.array(policyFiles.map { .object(["file": .string($0.name), "text": .string($0.text.lossyString)]) }).text
    }

    var policyDigest: String {
        var whole: [UInt8] = []
        for file in policyFiles { whole += "\(file.name)\n\(file.text.count)\n".utf8 + file.text.array }
        return SHA256.hexadecimal(Bytes(whole))
    }

    var optionsJSON: String { JSON.object(options).text }

    /// The digest of all that two runs over the same archives must share to be one.
    var digest: String {
        let whole = JSON.object([
            "policy": .string(policyDigest), "options": .object(options),
            "sources": .array(sources.map { .string($0.location) }),
        ])
        return SHA256.hexadecimal(Bytes(whole.text))
    }
}
