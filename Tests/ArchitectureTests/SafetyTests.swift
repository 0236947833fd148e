import Testing

/// Where code may do what Swift otherwise keeps from happening.
@Suite struct SafetyTests {
    /// Files that bind C or the system, or scan bytes; each hides its pointers behind a safe type.
    private static let pointerFiles: Set<String> = [
        "Archives/Folders/FolderListing.swift", "Archives/Input/BZip2Decoder.swift",
        "Archives/Input/ByteSource.swift",
        "Archives/Input/ByteWindow.swift", "Archives/Input/FileInput.swift", "Archives/Input/FileMapping.swift",
        "Archives/Input/GzipDecoder.swift",
        "Archives/Input/Deflation.swift", "Archives/Input/Inflation.swift",
        "Archives/Input/StreamDecoder.swift", "Archives/Input/XZDecoder.swift", "Archives/Input/ZstdDecoder.swift",
        "Archives/Mbox/MboxQuoting.swift",
        "Archives/Output/CacheFolder.swift", "Archives/Output/ZstdFrame.swift",
        "Attachments/Containers/ArchiveFile.swift",
        "Authentication/DKIM/CanonicalSink.swift",
        "Bayes/Learning/LearningStore.swift", "Cases/RowStatement.swift",
        "Cryptography/Certificate.swift", "Cryptography/CertificateStore.swift", "Cryptography/Digest.swift",
        "Cryptography/DigestAlgorithm.swift", "Cryptography/PrivateKey.swift", "Cryptography/PublicKey.swift",
        "Expressions/Expression.swift", "Expressions/Matcher.swift", "Expressions/PackedNumbers.swift",
        "Expressions/PatternScan.swift", "Expressions/TextSet.swift",
        "Mail/MIME/Base64Decoder.swift", "Mail/MIME/QuotedPrintableDecoder.swift", "Mail/Text/CharsetConverter.swift",
        "Mail/Text/CharsetEncoder.swift",
        "Policy/YAMLEvents.swift", "Programs/ProgramRun.swift", "Proxy/Network/SocketAddress+End.swift",
        "Proxy/Recording/TranscriptRetention.swift", "Proxy/Server/InheritedSocket.swift",
        "Proxy/Spool/FileSpool.swift", "PublicSuffix/PublicSuffixList.swift",
        "Replay/MessageSpool.swift", "Resolver/MasterFileReader.swift", "Scanners/Command/ScanFile.swift",
        "Resolver/Wire/DNSWire.swift", "Resolver/Wire/SignatureWire.swift", "Resolver/Wire/WireRecord.swift",
        "SMTP/Wire/Bytes+Scan.swift", "Stores/SQLite/DatabaseFile.swift",
        "Stores/SQLite/FileWriteback.swift",
        "Values/Bytes.swift", "Values/MappedBytes.swift",
        "Values/RawSpan+Canonical.swift",
        "Values/RawSpan+Scan.swift", "Values/String+Bytes.swift",
        "assay/Terminal/FileOutput.swift", "assay/Terminal/RawTerminal.swift", "assayd/Log.swift",
        "assayd/ServiceManager.swift",
    ]

    /// Programs that are built here and not installed.
    private static let tools: Set = ["bench", "fuzz", "manual", "TestServers"]

    @Test func pointersStayInTheirFiles() throws {
        var users: [String: String] = [:]
        for target in try SourceTree.targets.get() where !SafetyTests.tools.contains(target.name) {
            for line in target.lines where line.words.contains(where: SafetyTests.isAboutPointers) {
                users[line.file] = users[line.file] ?? line.place
            }
        }
        let unlisted = users.filter { !SafetyTests.pointerFiles.contains($0.key) }.values.sorted()
        #expect(unlisted.isEmpty, "unsafe pointers outside the files that may have them")
        #expect(SafetyTests.pointerFiles.subtracting(users.keys).isEmpty, "no pointers any more: take off the list")
    }

    private static func isAboutPointers(_ word: Substring) -> Bool {
        if word == "OpaquePointer" || word.hasPrefix("withUnsafe") { return true }
        let isMarked = word.hasPrefix("Unsafe") || word.hasPrefix("unsafe")
        return isMarked && word.dropFirst(6).first?.isUppercase == true
    }

    @Test func nothingInTheSourcesGivesUp() throws {
        let ways = ["fatalError(", "preconditionFailure(", "assertionFailure(", "try!", "as!", "@unchecked"]
        let words: Set<Substring> = ["fatalError", "preconditionFailure", "assertionFailure", "try", "as", "unchecked"]
        try report(ways, in: { _ in true }, among: words)
    }

    /// Time and chance enter through `Surroundings`, or live and replay would differ.
    @Test func librariesHaveNoClockAndNoDice() throws {
        let ways = [
            "Date()", "Date.now", "Clock.now", "Clock().now", "Instant.now", "DispatchTime.now", " .now", "(.now",
            "UUID()", ".random", ".shuffled(", "SystemRandomNumberGenerator", "clock_gettime(", "gettimeofday(",
            "time(nil)", "getrandom(", "getentropy(", "arc4random",
            // These differ from run to run.
            ".hashValue", "Hasher()",
        ]
        let words: Set<Substring> = [
            "Date", "now", "UUID", "random", "randomElement", "shuffled", "SystemRandomNumberGenerator", "time",
            "clock_gettime", "gettimeofday", "getrandom", "getentropy", "arc4random", "hashValue", "Hasher",
        ]
        let edge = SafetyTests.tools.union([
            "Programs", "Resolver", "Stores", "Scanners", "Proxy", "TestSupport", "assay", "assayd",
        ])
        try report(ways, in: { !edge.contains($0) }, among: words)
    }

    /// Records every line of the chosen targets that has one of `ways`; only lines with one of `words` are looked at.
    private func report(_ ways: [String], in isChosen: (String) -> Bool, among words: Set<Substring>) throws {
        for target in try SourceTree.targets.get() where isChosen(target.name) {
            for line in target.lines where line.words.contains(where: words.contains) {
                if let way = ways.first(where: { line.code.contains($0) }) {
                    Issue.record("\(line.place): \(way)")
                }
            }
        }
    }
}
