import DNS
import Values

extension DNSSource {
    /// Opens the source: a function from a moment to the DNS as of then. `missing` says what a name absent from a
    /// snapshot means; a master file is complete, and without a source nothing is known, whatever it says.
    public func open(
        missing: MissingAnswer = .unrecorded
    ) throws(DNSSourceError) -> @Sendable (Timestamp) -> any DNSView {
        switch self {
        case .system, .server:
            throw .notAvailable(self)
        case .zone(let path):
            let contents = try FileContents.read(path)
            do {
                let zone = try ZoneFile.parse(contents, file: path)
                return { _ in zone }
            } catch {
                throw .unusable(error)
            }
        case .snapshot(let path):
            let contents = try FileContents.read(path)
            do {
                let snapshot = try DNSSnapshot(lines: contents, file: path)
                return { snapshot.view(at: $0, missing: missing) }
            } catch {
                throw .unusable(error)
            }
        case .none:
            return { _ in NoDNS() }
        }
    }
}
