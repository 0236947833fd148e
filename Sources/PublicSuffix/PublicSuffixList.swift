import CPSL
import DNS
import Values

/// The Public Suffix List: under which names domains are registered, and so where the part of a name begins that
/// belongs to one owner.
///
/// Names are asked for and given in their A-label form. A look-up takes well under a microsecond, so that nothing is
/// kept of it.
@safe public final class PublicSuffixList: Sendable {
    // A list is never changed after it is made, so threads may share it.
    private nonisolated(unsafe) let list: OpaquePointer?
    private let isOwned: Bool

    /// The list that was compiled into libpsl.
    ///
    /// Not the newest one the system has (psl_latest): that is a file which an update replaces at any time, and a
    /// replay has to give today what it gave yesterday. Who wants a newer list names it.
    public static let builtIn: PublicSuffixList = unsafe PublicSuffixList(psl_builtin(), isOwned: false)

    /// The largest list that is read: forty times the present one.
    public static let maximumSize = 16 << 20

    private init(_ list: OpaquePointer?, isOwned: Bool) {
        unsafe self.list = unsafe list
        self.isOwned = isOwned
    }

    /// Reads a list as publicsuffix.org publishes it, or in the compiled form of psl-make-dafsa(1). Nil when it has no
    /// suffix, or is over `maximumSize`.
    public init?(contentsOf bytes: Bytes) {
        isOwned = true
        let isSized = (1...PublicSuffixList.maximumSize).contains(bytes.count)
        let loaded =
            isSized
            ? unsafe bytes.withSpan { span in
                unsafe span.withUnsafeBytes { unsafe assay_psl_read($0.baseAddress, $0.count) }
            } : nil
        unsafe list = unsafe loaded
        guard unsafe loaded != nil, unsafe psl_suffix_count(loaded) != 0 else { return nil }
    }

    deinit {
        if isOwned { unsafe psl_free(list) }
    }

    /// The part of `name` that somebody registered: the public suffix and one label more. Nil when `name` is a public
    /// suffix itself. A name under no listed suffix counts as one under its last label, as the list prescribes.
    public func registrableDomain(of name: DomainName) -> DomainName? {
        let text = name.relativeText
        // What has a dot or a backslash inside a label was registered by nobody.
        guard name != .root, !text.utf8.contains(.backslash) else { return nil }
        let length = unsafe text.withCString { start -> Int? in
            guard let found = unsafe psl_registrable_domain(list, start) else { return nil }
            return unsafe text.utf8.count - (found - start)
        }
        return length.flatMap { DomainName(unescaped: text.utf8.suffix($0)) }
    }

    /// The organizational domain of `name` (RFC 7489 §3.2): its registrable part, or the name itself where it is a
    /// public suffix.
    public func organizationalDomain(of name: DomainName) -> DomainName { registrableDomain(of: name) ?? name }

    /// Whether the list has the top-level domain `label`, in its A-label form: what it does not have is no name that
    /// the DNS could know.
    public func hasTopLevelDomain(_ label: String) -> Bool {
        guard !label.utf8.contains(.dot), !label.isEmpty else { return false }
        return unsafe label.withCString {
            unsafe psl_is_public_suffix2(list, $0, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0
        }
    }
}
