import Testing

/// Imports point down only.
@Suite struct ImportTests {
    @Test func targetsImportOnlyTargetsAboveThem() throws {
        let targets = try SourceTree.targets.get()
        #expect(targets.count > 15, "Package.swift was not understood")
        for (position, target) in targets.enumerated() {
            for (module, line) in target.imports {
                guard let other = targets.firstIndex(where: { $0.name == module }) else { continue }
                #expect(other < position, "\(line.place): \(target.name) imports \(module) from below")
            }
        }
    }

    @Test func proxyKnowsNothingOfReplay() throws {
        let proxy = try #require(try SourceTree.targets.get().first { $0.name == "Proxy" })
        let modules = proxy.imports.map(\.module)
        #expect(!modules.contains("Replay") && !modules.contains("Reports"))
    }

    /// Packages from elsewhere stay where they are bound.
    @Test(arguments: [
        ("ArgumentParser", ["assay", "assayd", "manual"]),
        ("NIOCore", ["Resolver", "Stores", "Scanners", "Proxy", "TestSupport"]),
        ("NIOPosix", ["Resolver", "Stores", "Scanners", "Proxy", "TestSupport"]),
        ("NIOSSL", ["Stores", "Proxy", "TestSupport"]),
        ("NIOTLS", ["Proxy"]), ("Yams", ["Policy"]), ("CYaml", ["Policy"]),
        ("CLDNS", ["Resolver"]),
        ("GRDB", ["Stores", "Cases"]), ("GRDBSQLite", ["Stores", "Cases"]), ("COpenSSL", ["Cryptography"]),
        ("CZstd", ["Archives"]),
        ("CZlib", ["Archives"]), ("CLZMA", ["Archives"]), ("CBZip2", ["Archives"]), ("CArchive", ["Attachments"]),
        ("CPSL", ["PublicSuffix"]), ("CIDN2", ["DNS"]),
        ("CByteScan", ["Values"]), ("CPCRE2", ["Expressions"]), ("CHyperscan", ["Expressions"]),
        ("CFileRange", ["Stores"]),
    ])
    func outsideModulesStayWhereTheyAreBound(module: String, homes: [String]) throws {
        for target in try SourceTree.targets.get() where !homes.contains(target.name) {
            for (imported, line) in target.imports where imported == module {
                Issue.record("\(line.place): \(target.name) imports \(module)")
            }
        }
    }

    /// Foundation's Data and String are a hundred times slower than bytes, so it stays away from every message.
    @Test func foundationStaysOffTheHotPath() throws {
        // Whole messages are written in base64 there, which Foundation does fast.
        let allowed: Set<String> = ["SMTP/Transcript/TranscriptLine+JSON.swift"]
        let hot = [
            "Values", "Cryptography", "Mail", "Archives", "SMTP", "State", "PublicSuffix", "Authentication",
            "Screening", "Stages", "Expressions", "Rules", "Bayes", "Attachments",
        ]
        let importers = try SourceTree.targets.get().filter { hot.contains($0.name) }.flatMap { target in
            target.imports.filter { $0.module.hasPrefix("Foundation") }.map(\.line.file)
        }
        #expect(Set(importers) == allowed)
    }
}
