/// A number of bytes a second that connections have together.
public struct SharedRate: Sendable, Hashable {
    /// What they share it as: `service`, `network 192.0.2.0/24`.
    public let name: String
    /// How many bytes a second; at least 1.
    public let bytesPerSecond: Int

    /// A rate shared under a name.
    public init(name: String, bytesPerSecond: Int) { (self.name, self.bytesPerSecond) = (name, bytesPerSecond) }
}
