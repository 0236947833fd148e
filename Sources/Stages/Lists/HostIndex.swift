import Policy

/// Patterns of host or domain names, found by name. What has no wildcard is looked up; only the rest are tried one after
/// another.
struct HostIndex: Sendable {
    private let exact: [String: Placed<HostPattern>]
    private let wildcards: [Placed<HostPattern>]

    init(_ patterns: [Placed<HostPattern>]) {
        exact = Dictionary(
            patterns.lazy.filter { !$0.value.isWildcard }.map { ($0.value.text, $0) },
            uniquingKeysWith: { first, _ in first })
        wildcards = patterns.filter(\.value.isWildcard)
    }

    var isEmpty: Bool { exact.isEmpty && wildcards.isEmpty }

    /// The pattern that stands for `name`, which is in the form of `HostName.canonical`; nil when none does.
    func first(for name: String) -> Placed<HostPattern>? {
        exact[name] ?? wildcards.first { $0.value.matches(name) }
    }
}
