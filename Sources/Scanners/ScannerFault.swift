/// Why a scanner gave no answer.
struct ScannerFault: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// A fault with its reason in words.
    init(_ description: String) { self.description = description }
}
