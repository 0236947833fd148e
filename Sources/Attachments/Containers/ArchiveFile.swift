import CArchive
import Values

/// An archive in memory, read member by member by libarchive.
///
/// The library is given exactly one format, so that it neither guesses nor starts a program, and no more bytes than an
/// archive of this size needs, however its members overlap.
@safe final class ArchiveFile {
    /// What the library is told to read the bytes as.
    enum Format: Sendable {
        case zip, sevenZip, rar, tar, cab, lha, iso, xar, cpio, ar, rpm
        case gzip, bzip2, xz, lzma, zstd, lz4, lzip, compress

        /// The format that files of a type have; nil where the library reads none such.
        init?(_ type: FileType) {
            switch type {
            case .zip: self = .zip
            case .sevenZip: self = .sevenZip
            case .rar: self = .rar
            case .tar: self = .tar
            case .cab: self = .cab
            case .lha: self = .lha
            case .iso: self = .iso
            case .xar: self = .xar
            case .cpio: self = .cpio
            case .ar, .deb: self = .ar
            case .rpm: self = .rpm
            case .gzip: self = .gzip
            case .bzip2: self = .bzip2
            case .xz: self = .xz
            case .lzma: self = .lzma
            case .zstd: self = .zstd
            case .lz4: self = .lz4
            case .lzip: self = .lzip
            case .compress: self = .compress
            default: return nil
            }
        }

        fileprivate var number: Int32 {
            switch self {
            case .zip: Int32(ASSAY_ZIP)
            case .sevenZip: Int32(ASSAY_7ZIP)
            case .rar: Int32(ASSAY_RAR)
            case .tar: Int32(ASSAY_TAR)
            case .cab: Int32(ASSAY_CAB)
            case .lha: Int32(ASSAY_LHA)
            case .iso: Int32(ASSAY_ISO)
            case .xar: Int32(ASSAY_XAR)
            case .cpio: Int32(ASSAY_CPIO)
            case .ar: Int32(ASSAY_AR)
            case .rpm: Int32(ASSAY_RPM)
            case .gzip: Int32(ASSAY_GZIP)
            case .bzip2: Int32(ASSAY_BZIP2)
            case .xz: Int32(ASSAY_XZ)
            case .lzma: Int32(ASSAY_LZMA)
            case .zstd: Int32(ASSAY_ZSTD)
            case .lz4: Int32(ASSAY_LZ4)
            case .lzip: Int32(ASSAY_LZIP)
            case .compress: Int32(ASSAY_COMPRESS)
            }
        }

        /// Whether it packs one file, and has no name for it.
        var isSingle: Bool {
            switch self {
            case .gzip, .bzip2, .xz, .lzma, .zstd, .lz4, .lzip, .compress: true
            default: false
            }
        }

        /// Whether the next member can be got at without unpacking the rest of the one before.
        var skipsFreely: Bool {
            switch self {
            case .zip, .tar, .cpio, .ar, .iso, .lha: true
            default: false
            }
        }
    }

    /// A member of an archive.
    struct Member: Sendable {
        let name: String
        /// The size that the archive claims; nil where it claims none.
        let size: Int?
        let isFolder: Bool
        /// Where it is a link, what to.
        let isLink: Bool
        let isEncrypted: Bool
    }

    /// What comes next in an archive.
    enum Step: Sendable {
        case member(Member)
        case end
        case failure(String)
    }

    /// How reading a member ended.
    enum Ending: Sendable, Equatable {
        case end
        /// There is more than was asked for.
        case limit
        case failure(String)
    }

    let format: Format
    private let file: UnsafeMutablePointer<assay_archive>

    /// Nil where there is no memory for it.
    init?(_ bytes: Bytes, _ format: Format) {
        let room = UInt64(bytes.count) * 4 + ArchiveFile.slack
        let opened = unsafe bytes.withSpan { span in
            unsafe span.withUnsafeBytes {
                unsafe assay_archive_open($0.baseAddress, $0.count, room, format.number)
            }
        }
        guard let opened = unsafe opened else { return nil }
        unsafe file = unsafe opened
        self.format = format
    }

    deinit { unsafe assay_archive_close(file) }

    /// What a piece for each of thousands of small members comes to.
    private static let slack: UInt64 = 48 << 20

    /// The next member.
    func next() -> Step {
        let result = unsafe assay_archive_next(file)
        if result == ARCHIVE_EOF { return .end }
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry = unsafe file.pointee.entry else {
            return .failure(complaint)
        }
        let name = unsafe assay_archive_name(file)
        let kind = unsafe archive_entry_filetype(entry)
        return .member(
            Member(
                name: unsafe name.map { unsafe String(cString: $0) } ?? "",
                size: unsafe archive_entry_size_is_set(entry) != 0
                    ? Int(exactly: archive_entry_size(entry)).map { max($0, 0) } : nil,
                isFolder: kind & 0o170000 == 0o040000,
                isLink: unsafe kind & 0o170000 == 0o120000 || archive_entry_hardlink(entry) != nil,
                isEncrypted: unsafe archive_entry_is_encrypted(entry) != 0))
    }

    /// Appends the content of the member at hand to `output`, `limit` bytes at most.
    func read(into output: inout [UInt8], limit: Int) -> Ending {
        let start = output.count
        while true {
            let wanted = min(ArchiveFile.piece, limit - (output.count - start))
            guard wanted > 0 else {
                // One byte more tells whether there is more.
                var probe: UInt8 = 0
                return unsafe assay_archive_read(file, &probe, 1) > 0 ? .limit : .end
            }
            var result: Int64 = 0
            output.append(addingCapacity: wanted) { room in
                unsafe room.withUnsafeMutableBufferPointer { buffer, count in
                    guard let base = buffer.baseAddress else { return }
                    result = unsafe assay_archive_read(file, base + count, wanted)
                    if result > 0 { count += Int(result) }
                }
            }
            if result == 0 { return .end }
            if result < 0 { return .failure(complaint) }
        }
    }

    /// Goes on to read the member at hand, keeping nothing, `limit` bytes at most; how many there were.
    func skim(limit: Int) -> Int {
        var scratch = [UInt8](repeating: 0, count: ArchiveFile.piece)
        var count = 0
        while count < limit {
            let wanted = min(ArchiveFile.piece, limit - count)
            let result = unsafe scratch.withUnsafeMutableBufferPointer {
                unsafe assay_archive_read(file, $0.baseAddress, wanted)
            }
            guard result > 0 else { break }
            count += Int(result)
        }
        return count
    }

    /// Whether the archive says, in so many words, that something in it is encrypted.
    var saysEncrypted: Bool { unsafe assay_archive_says_encrypted(file) != 0 }

    private static let piece = 64 << 10

    private var complaint: String {
        unsafe archive_error_string(file.pointee.archive).map { unsafe String(cString: $0) }?.split(
            whereSeparator: \.isNewline
        ).first.map(String.init) ?? "damaged"
    }
}
