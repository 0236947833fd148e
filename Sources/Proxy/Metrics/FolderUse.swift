import Glibc
import NIOPosix

/// How much lies in a folder of messages.
public struct FolderUse: Sendable, Hashable {
    /// How many messages.
    public var messages = 0
    /// Their octets.
    public var octets = 0

    /// What lies in the quarantine at `path`; nil where it cannot be read.
    public init?(quarantine path: String) {
        guard let names = try? QuarantineFolder(path: path).names() else { return nil }
        var seen: Set<UInt64> = []
        for name in names {
            if name.hasSuffix(".json") { messages += 1 }
            guard name.hasSuffix(".eml.zst") || name.hasSuffix(".eml") else { continue }
            var status = stat()
            // The same message is on the disk once.
            guard unsafe lstat("\(path)/\(name)", &status) == 0, seen.insert(UInt64(status.st_ino)).inserted else {
                continue
            }
            octets += Int(status.st_size)
        }
    }

    /// Octets that an ordinary user may still write where `path` lies; nil where it cannot be told.
    public static func free(at path: String) -> Int? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let (octets, overflow) = Int(clamping: status.f_bavail)
            .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return overflow ? nil : octets
    }
}

extension FolderUse {
    /// What lies in the quarantine at `path`, looked at where waiting for a disk holds nobody up.
    public static func measured(_ path: String) async -> FolderUse? {
        let use = try? await NIOThreadPool.singleton.runIfActive { FolderUse(quarantine: path) }
        return use ?? nil
    }
}
