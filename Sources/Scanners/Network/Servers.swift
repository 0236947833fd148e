import NIOCore
import Synchronization

/// The addresses of a scanner, and which of them did not answer lately.
final class Servers<Address: Sendable & Hashable & CustomStringConvertible>: Sendable {
    private struct State {
        /// The addresses that did not answer, with the time at which they are asked first again.
        var away: [Address: NIODeadline] = [:]
    }

    /// How long one that did not answer comes after those that may.
    private static var pause: TimeAmount { .seconds(5) }

    let addresses: [Address]
    private let name: String
    private let note: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(_ addresses: [Address], of name: String, note: @escaping @Sendable (String) -> Void) {
        (self.addresses, self.name, self.note) = (addresses, name, note)
    }

    /// The addresses in the order in which they are to be asked: those that did not answer lately come last, and are
    /// asked all the same, as mail waits.
    var order: [Address] {
        let now = NIODeadline.now()
        let resting = state.withLock { Set($0.away.filter { $0.value > now }.keys) }
        return addresses.filter { !resting.contains($0) } + addresses.filter(resting.contains)
    }

    /// Asks one address after another until one answers. Throws what all of them said.
    func first<Value: Sendable>(
        _ ask: (Address) async throws(ScannerFault) -> Value
    ) async throws(ScannerFault) -> Value {
        var faults: [String] = []
        for address in order {
            do throws(ScannerFault) {
                let value = try await ask(address)
                if state.withLock({ $0.away.removeValue(forKey: address) }) != nil {
                    note("the scanner \(name) at \(address) answers again")
                }
                return value
            } catch {
                faults.append("\(address): \(error)")
                let isNew = state.withLock { state in
                    defer { state.away[address] = .now() + Self.pause }
                    return state.away[address] == nil
                }
                if isNew { note("the scanner \(name) at \(address) does not answer: \(error)") }
            }
        }
        throw ScannerFault(faults.joined(separator: "; "))
    }
}
