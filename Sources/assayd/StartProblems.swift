/// Everything that keeps the agent from serving, so that all of it can be mended at once.
struct StartProblems {
    private var errors: [StartError] = []

    /// What `work` gives, or what keeps it from that, which is noted.
    mutating func attempt<Success>(_ work: () throws(StartError) -> Success) -> Result<Success, StartError> {
        do throws(StartError) { return .success(try work()) } catch {
            errors.append(error)
            return .failure(error)
        }
    }

    /// Notes a problem, where there is one.
    mutating func note(_ error: StartError?) { if let error { errors.append(error) } }

    /// Throws all that was noted, under the code of the first.
    func tell() throws(StartError) {
        guard let first = errors.first else { return }
        throw StartError(first.code, errors.flatMap(\.messages))
    }
}
