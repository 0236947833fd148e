import NIOCore

/// A connection to a server that scans.
protocol ScannerConnection: Sendable {
    associatedtype Address: Sendable & Hashable & CustomStringConvertible

    /// Connects to a server. Throws where that is not done by `deadline`.
    static func open(_ address: Address, by deadline: NIODeadline) async throws(ScannerFault) -> Self

    /// Whether it can be used for another scan.
    var isUsable: Bool { get }

    func close()
}
