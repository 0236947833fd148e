// swift-tools-version: 6.2
import PackageDescription

let isFuzzing = Context.environment["ASSAY_FUZZ"] != nil
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(),
        // A call that may wait is one like any other until it does: no look at executors at each.
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    // Unsafe flags bar a package from being depended on, so they are there only for `make fuzz`.
    + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])] : [])

// The default rules, in the order they are read; they are part of the programs.
let defaultRules = [
    "registries", "lists", "structure", "sender", "relays", "html", "links", "attachments", "words", "wanted", "scores",
]

let package = Package(
    name: "assay",
    products: [
        .executable(name: "assay", targets: ["assay"]),
        .executable(name: "assayd", targets: ["assayd"]),
        .library(name: "Mail", targets: ["Values", "Mail"]),
        .library(name: "DNS", targets: ["Values", "DNS"]),
        .library(
            name: "Authentication",
            targets: ["Values", "Cryptography", "Mail", "DNS", "PublicSuffix", "Authentication"]),
        .library(
            name: "Screening",
            targets: ["Values", "Cryptography", "Mail", "SMTP", "DNS", "State", "Policy", "Screening"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    // In import order, low to high: a target may depend only on targets above it. `Tests/ArchitectureTests` reads the
    // same rule from the sources.
    targets: [
        .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        // Debian 12 has no pkg-config file for it.
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libhyperscan-dev"])]),
        .systemLibrary(name: "CFileRange"),
        .target(name: "CByteScan"),

        .target(name: "Values", dependencies: ["CByteScan"], swiftSettings: settings),
        .target(name: "Cryptography", dependencies: ["Values", "COpenSSL"], swiftSettings: settings),
        .target(name: "Mail", dependencies: ["Values"], swiftSettings: settings),

        .target(
            name: "Archives", dependencies: ["Values", "CZstd", "CZlib", "CLZMA", "CBZip2"],
            swiftSettings: settings),
        .target(
            name: "Attachments", dependencies: ["Values", "Cryptography", "Mail", "Archives", "CArchive"],
            swiftSettings: settings),
        .target(name: "SMTP", dependencies: ["Values", "Mail"], swiftSettings: settings),
        .target(name: "Captures", dependencies: ["Values", "Mail", "SMTP"], swiftSettings: settings),
        .target(name: "DNS", dependencies: ["Values", "CIDN2"], swiftSettings: settings),
        .target(name: "Logs", dependencies: ["Values"], swiftSettings: settings),
        .target(name: "State", dependencies: ["Values"], swiftSettings: settings),
        .target(name: "Programs", dependencies: ["Values", "Archives"], swiftSettings: settings),
        .target(
            name: "Expressions", dependencies: ["Values", "CPCRE2", "CHyperscan"], swiftSettings: settings),
        .target(
            name: "Rules", dependencies: ["Values", "Cryptography", "Mail", "DNS", "Expressions"],
            resources: defaultRules.map { .embedInCode("Default/\($0).cf") }, swiftSettings: settings),
        .target(name: "Bayes", dependencies: ["Values", "Cryptography", "Mail"], swiftSettings: settings),
        .target(name: "PublicSuffix", dependencies: ["Values", "DNS", "CPSL"], swiftSettings: settings),

        .target(
            name: "Fingerprints", dependencies: ["Values", "Cryptography", "Mail", "DNS", "PublicSuffix"],
            swiftSettings: settings),

        .target(
            name: "Authentication", dependencies: ["Values", "Cryptography", "Mail", "DNS", "PublicSuffix"],
            swiftSettings: settings),
        .target(
            name: "Policy", dependencies: ["Values", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(
            name: "Resolver",
            dependencies: [
                "Values", "DNS", "CLDNS", "Archives",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),

        .target(
            name: "Stores",
            dependencies: [
                "Values", "State", "CFileRange",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),

        .target(
            name: "Screening",
            dependencies: ["Values", "Cryptography", "Mail", "SMTP", "DNS", "State", "Policy"],
            swiftSettings: settings),
        .target(
            name: "Scanners",
            dependencies: [
                "Values", "SMTP", "Expressions", "Programs", "Screening",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "Stages",
            dependencies: [
                "Values", "Cryptography", "Mail", "Attachments", "SMTP", "DNS", "Logs", "State", "PublicSuffix",
                "Authentication", "Policy", "Screening", "Expressions", "Rules", "Bayes", "Fingerprints",
            ],
            swiftSettings: settings),
        .target(
            name: "Tuning", dependencies: ["Values", "Mail", "DNS", "State", "Policy", "Screening"],
            swiftSettings: settings),
        .target(
            name: "Cases",
            dependencies: [
                "Values", "Cryptography", "Mail", "SMTP", "DNS", "Logs", "Authentication", "Policy", "Screening",
                "Tuning",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Replay",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "SMTP", "Captures", "DNS", "Logs", "State", "Policy",
                "Resolver", "Screening", "Tuning",
            ],
            swiftSettings: settings),
        .target(
            name: "Proxy",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "SMTP", "DNS", "State", "Programs", "Authentication",
                "Policy", "Screening", "Stores",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(
            name: "Reports",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "SMTP", "DNS", "Logs", "Authentication", "Policy",
                "Screening",
                "Tuning", "Cases", "Replay",
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: [
                "Values", "Mail", "SMTP", "DNS", "State", "Policy", "Screening", "Stages", "Replay", "Proxy",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),

        .target(name: "TestServers", swiftSettings: settings),

        .executableTarget(
            name: "assay",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "Attachments", "SMTP", "DNS", "Logs", "State",
                "PublicSuffix", "Authentication", "Policy", "Resolver", "Stores", "Screening", "Scanners", "Stages",
                "Tuning", "Cases", "Replay", "Proxy", "Reports", "Rules", "Bayes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "assayd",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "SMTP", "DNS", "Logs", "State", "Authentication",
                "Policy",
                "Resolver", "Stores", "Screening", "Scanners", "Stages", "Proxy", "Reports",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "Policy", "Screening", "Stages", "assay",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: settings),
        .testTarget(name: "CryptographyTests", dependencies: ["Values", "Cryptography"], swiftSettings: settings),
        .testTarget(name: "MailTests", dependencies: ["Values", "Mail"], swiftSettings: settings),
        .testTarget(
            name: "ArchivesTests",
            dependencies: ["Values", "Cryptography", "Archives", "CZstd", "CZlib", "CLZMA", "CBZip2"],
            swiftSettings: settings),
        .testTarget(
            name: "AttachmentsTests", dependencies: ["Values", "Cryptography", "Mail", "Archives", "Attachments"],
            swiftSettings: settings),
        .testTarget(
            name: "TuningTests",
            dependencies: ["Values", "Mail", "DNS", "State", "Policy", "Screening", "Stages", "Tuning"],
            swiftSettings: settings),
        .testTarget(
            name: "LogsTests", dependencies: ["Values", "Logs", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .testTarget(name: "StateTests", dependencies: ["Values", "State"], swiftSettings: settings),
        .testTarget(
            name: "ScannersTests",
            dependencies: [
                "Values", "Cryptography", "SMTP", "Screening", "Scanners",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StoresTests",
            dependencies: [
                "Values", "State", "Stores", "TestServers", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "Values", "Cryptography", "Mail", "SMTP", "DNS", "State", "Authentication", "Policy", "Screening",
                "Proxy",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AgentTests", dependencies: ["Values", "Mail", "Archives", "SMTP", "Logs", "Screening", "assayd"],
            swiftSettings: settings),
        .testTarget(name: "SMTPTests", dependencies: ["Values", "Mail", "SMTP"], swiftSettings: settings),
        .testTarget(
            name: "CapturesTests", dependencies: ["Values", "Cryptography", "Mail", "Archives", "SMTP", "Captures"],
            swiftSettings: settings),
        .testTarget(name: "DNSTests", dependencies: ["Values", "DNS"], swiftSettings: settings),
        .testTarget(
            name: "AuthenticationTests",
            dependencies: [
                "Values", "Cryptography", "Mail", "DNS", "PublicSuffix", "Authentication",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .testTarget(name: "PolicyTests", dependencies: ["Values", "Policy"], swiftSettings: settings),
        .testTarget(
            name: "ResolverTests",
            dependencies: [
                "Values", "Archives", "DNS", "Resolver", "TestServers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CasesTests",
            dependencies: [
                "Values", "Mail", "Archives", "DNS", "Policy", "Resolver", "Screening", "Stages", "Cases", "Replay",
                "Reports",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "SMTP", "DNS", "Logs", "State", "Policy", "Resolver",
                "Stores", "Screening", "Stages", "Replay", "Tuning",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "DNS", "Authentication", "Policy", "Resolver",
                "Screening", "Stages", "Cases", "Replay", "Reports",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RulesTests", dependencies: ["Values", "Cryptography", "DNS", "Archives", "Expressions", "Rules"],
            swiftSettings: settings),
        .testTarget(
            name: "BayesTests", dependencies: ["Values", "Cryptography", "Mail", "Archives", "Bayes"],
            swiftSettings: settings),
        .testTarget(
            name: "FingerprintsTests", dependencies: ["Values", "Mail", "Fingerprints"], swiftSettings: settings),
        .testTarget(name: "CommandTests", dependencies: ["assay"], swiftSettings: settings),
        .testTarget(
            name: "ScreeningTests", dependencies: ["Values", "Mail", "SMTP", "DNS", "State", "Policy", "Screening"],
            swiftSettings: settings),
        .testTarget(
            name: "StagesTests",
            dependencies: ["Values", "Mail", "DNS", "Logs", "State", "Policy", "Screening", "Stages"],
            swiftSettings: settings),
        .testTarget(
            name: "ParityTests", dependencies: ["Screening", "Stages", "TestSupport"], swiftSettings: settings),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "DNS", "State", "Authentication", "Policy", "Stores",
                "Screening", "Stages", "Tuning",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "weights", dependencies: ["Values", "Archives", "Rules", "Tuning"], swiftSettings: settings),
        .executableTarget(
            name: "manual",
            dependencies: [
                "Policy", "Screening", "Stages", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Values", "Cryptography", "Mail", "Archives", "Attachments", "SMTP", "Captures", "DNS", "Logs",
                "Authentication", "Policy", "Resolver", "Rules", "Stores", "Bayes", "Fingerprints", "Scanners",
                "Screening",
            ],
            exclude: ["run"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
