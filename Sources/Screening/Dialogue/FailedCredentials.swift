import Cryptography
import SMTP
import Synchronization
import Values

/// Remembers credentials that were refused, to know them when they come again: as codes that tell nothing to anybody
/// who has not the key, in memory alone, the latest of them.
public final class FailedCredentials: Sendable {
    private struct Memory {
        var codes: Set<[UInt8]> = []
        var order: [[UInt8]] = []
        var oldest = 0
    }

    private let key: [UInt8]
    private let memory = Mutex(Memory())

    /// Codes that are held.
    private static let limit = 10_000

    /// Nothing remembered yet. `key` is known to nobody else, and forgotten with the process.
    public init(key: [UInt8]) { self.key = key }

    /// Notes that `client` has failed with these `answers`, in base64; whether it had before.
    func note(_ answers: [String], by mechanism: String, from client: IPAddress?) -> Bool {
        // What a challenge is answered with is another each time.
        guard mechanism == "PLAIN" || mechanism == "LOGIN" else { return false }
        var text = Array("\(mechanism)\n\(client?.description ?? "")".utf8)
        for answer in answers { text += [.lf] + answer.utf8 }
        let code = Array(HMAC.code(of: text, key: key, with: .sha256).prefix(16))
        return memory.withLock { memory in
            guard memory.codes.insert(code).inserted else { return true }
            if memory.order.count < FailedCredentials.limit {
                memory.order.append(code)
            } else {
                memory.codes.remove(memory.order[memory.oldest])
                memory.order[memory.oldest] = code
                memory.oldest = (memory.oldest + 1) % FailedCredentials.limit
            }
            return false
        }
    }
}
