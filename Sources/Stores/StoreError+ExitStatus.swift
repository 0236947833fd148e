import Values

extension StoreError.Code {
    /// How a program ends that cannot go on without the store.
    public var exitStatus: ExitStatus {
        switch self {
        case .noSuchFile: .noInput
        case .badData: .badData
        case .inputOutput: .inputOutput
        case .unavailable: .unavailable
        case .usage: .usage
        }
    }
}
