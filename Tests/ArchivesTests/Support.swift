import CBZip2
import CLZMA
import CZlib
import CZstd
import Foundation
import Values

@testable import Archives

/// A folder that lives as long as the test's reference to it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "archives-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders on the way to it; returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }
}

/// How the tests pack what they read.
enum Packing: String, CaseIterable {
    case plain, zstd, gzip, xz, bzip2

    /// All that pack.
    static let packed = allCases.filter { $0 != .plain }

    func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .plain: bytes
        case .zstd: zstdFrame(bytes)
        case .gzip: try gzipMember(bytes)
        case .xz: xzStream(bytes)
        case .bzip2: bzip2Stream(bytes)
        }
    }
}

/// One zstd frame with a checksum.
func zstdFrame(_ bytes: [UInt8]) -> [UInt8] {
    let context = unsafe ZSTD_createCCtx()
    defer { unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    return unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
        count = unsafe ZSTD_compress2(context, buffer.baseAddress, buffer.count, bytes, bytes.count)
    }
}

/// One xz stream.
func xzStream(_ bytes: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: lzma_stream_buffer_bound(bytes.count)) { buffer, count in
        var size = 0
        let result = unsafe lzma_easy_buffer_encode(
            6, LZMA_CHECK_CRC64, nil, bytes, bytes.count, buffer.baseAddress, &size, buffer.count)
        count = result == LZMA_OK ? size : 0
    }
}

/// One bzip2 stream of blocks as small as they can be.
func bzip2Stream(_ bytes: [UInt8]) -> [UInt8] {
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count + bytes.count / 100 + 600)
    var size = UInt32(output.count)
    let result = unsafe BZ2_bzBuffToBuffCompress(&output, &size, &input, UInt32(input.count), 1, 0, 0)
    return result == BZ_OK ? output.prefix(Int(size)).map { UInt8(bitPattern: $0) } : []
}

/// One gzip member.
func gzipMember(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/member.gz"
    let file = unsafe gzopen(path, "wb")
    unsafe gzwrite(file, bytes, UInt32(bytes.count))
    unsafe gzclose(file)
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// An event in a form that compares, for expectations written side by side.
enum Told: Equatable, CustomStringConvertible {
    case message(offset: Int, text: String)
    case problem(ArchiveError.Code, offset: Int?, size: Int?)
    case transcript(size: Int, isLast: Bool)

    init(_ event: ArchiveEvent) {
        switch event {
        case .message(let entry): self = .message(offset: entry.offset, text: entry.message.lossyString)
        case .problem(let problem):
            self = .problem(problem.error.code, offset: problem.error.offset, size: problem.size)
        case .transcript(let piece): self = .transcript(size: piece.bytes.count, isLast: piece.isLast)
        }
    }

    var description: String {
        switch self {
        case .message(let offset, let text): "message at \(offset): \(String(reflecting: text))"
        case .problem(let code, let offset, let size): "\(code) at \(offset as Any), \(size as Any) bytes"
        case .transcript(let size, let isLast): "\(size) bytes of a transcript\(isLast ? ", the last" : "")"
        }
    }
}

/// Everything an archive yields.
func events(_ path: String, _ options: ArchiveOptions = ArchiveOptions()) throws -> [ArchiveEvent] {
    var reader = try ArchiveReader(.path(path), options: options)
    var events: [ArchiveEvent] = []
    while let event = reader.next() { events.append(event) }
    return events
}

/// Everything a file of these bytes yields.
func told(_ bytes: [UInt8], _ options: ArchiveOptions = ArchiveOptions()) throws -> [Told] {
    let folder = try TemporaryFolder()
    return try events(try folder.write("archive", bytes), options).map(Told.init)
}

func told(_ text: String, _ options: ArchiveOptions = ArchiveOptions()) throws -> [Told] {
    try told(Array(text.utf8), options)
}

extension ArchiveEvent {
    var entry: ArchiveEntry? {
        if case .message(let entry) = self { entry } else { nil }
    }

    var problem: ArchiveProblem? {
        if case .problem(let problem) = self { problem } else { nil }
    }
}

/// Where the shared suites and corpora lie.
enum Shared {
    static let path =
        ProcessInfo.processInfo.environment["ASSAY_SHARED"]
        ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared").standardized.path
    static let isPresent = FileManager.default.fileExists(atPath: path + "/corpora")
    static let absence = "the shared suites and corpora are not at \(path); set ASSAY_SHARED"
}
