/// What becomes of bytes that RFC 5321 §2.3.8 and §4.1.1.4 forbid on the wire: a CR or LF outside CRLF, and NUL.
///
/// Servers that disagree on what ends a line let a message be smuggled through one inside another (CVE-2023-51764),
/// so neither way ever takes a bare CR or LF for part of the end of data.
public enum LineDiscipline: String, Sendable, Hashable, CaseIterable {
    /// The line or message is refused; its bytes are kept as they came, as evidence.
    case reject
    /// A bare CR or LF counts as CRLF, a NUL is removed. In message data it still begins no line for the rules of
    /// the dot.
    case normalise
}

/// What a line or a message had that RFC 5321 forbids.
public struct LineDefects: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A CR not followed by LF.
    public static let bareCR = LineDefects(rawValue: 1)
    /// An LF not preceded by CR.
    public static let bareLF = LineDefects(rawValue: 2)
    /// A NUL.
    public static let nul = LineDefects(rawValue: 4)
    /// A lone dot between bare CRs, bare LFs or NULs that a careless server would take for the end of data: the sign
    /// of message smuggling.
    public static let falseEndOfData = LineDefects(rawValue: 8)

    /// The defects by name, in a fixed order: `bare-cr`, `bare-lf`, `nul`, `false-end-of-data`.
    public var names: [String] {
        let all: [(LineDefects, String)] = [
            (.bareCR, "bare-cr"), (.bareLF, "bare-lf"), (.nul, "nul"), (.falseEndOfData, "false-end-of-data"),
        ]
        return all.compactMap { contains($0.0) ? $0.1 : nil }
    }

    /// The defects of these names; other names are passed over.
    init(names: [String]) {
        self = []
        for defect: LineDefects in [.bareCR, .bareLF, .nul, .falseEndOfData]
        where defect.names.contains(where: names.contains) { insert(defect) }
    }
}
