import Values

extension ArchiveError.Code {
    /// How a program ends that cannot go on without the archive or file.
    public var exitStatus: ExitStatus {
        switch self {
        case .noSuchInput, .inaccessible: .noInput
        case .unreadable: .inputOutput
        case .damaged, .notMail, .messageTooLarge: .badData
        }
    }
}
