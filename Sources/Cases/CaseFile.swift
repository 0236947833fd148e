import GRDB

/// A case file: what a scan of archives found, in SQLite, to be asked about without reading a message again.
public struct CaseFile: Sendable {}
