import Values

/// Where what is dear to make of a policy's files is kept, to be had again. The policy layer itself touches no disk.
public struct PolicyCache: Sendable {
    /// The bytes kept under a name, of which there are at most so many; nil where there are none.
    public typealias Load = @Sendable (_ name: String, _ limit: Int) -> Bytes?
    /// Keeps bytes under a name. Where that fails it tells so, and nothing is kept.
    public typealias Keep = @Sendable (_ name: String, _ contents: [UInt8]) -> Void

    public let load: Load
    public let keep: Keep
    /// Tells the administrator something about the cache.
    public let note: @Sendable (String) -> Void

    /// A cache on something that may fail; what is odd about it is told by `note`, and nothing is had or kept then.
    public init<Problem: Error & CustomStringConvertible>(
        load: @escaping @Sendable (_ name: String, _ limit: Int) throws(Problem) -> Bytes?,
        keep: @escaping @Sendable (_ name: String, _ contents: [UInt8]) throws(Problem) -> Void,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.load = { name, limit in
            do throws(Problem) {
                return try load(name, limit)
            } catch {
                note(error.description)
                return nil
            }
        }
        self.keep = { name, contents in
            do throws(Problem) { try keep(name, contents) } catch { note(error.description) }
        }
        self.note = note
    }
}
