import Archives
import ArgumentParser
import Bayes
import Glibc
import Values

/// The model of a command.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "The model; without it assay/model.bayes in $XDG_DATA_HOME, which is ~/.local/share where it is not set.",
            valueName: "file"))
    var path: String?

    /// The model's path.
    func place() throws -> String {
        if let path { return path }
        if let folder = ModelOptions.variable("XDG_DATA_HOME") { return folder + "/assay/model.bayes" }
        guard let home = ModelOptions.variable("HOME") else {
            throw Failure(.usage, "there is no home folder to keep a model in; name one with --model")
        }
        return home + "/.local/share/assay/model.bayes"
    }

    /// What was learned, ready to be added to.
    func store() throws -> LearningStore {
        let place = try place()
        if path == nil { ModelOptions.makeFolders(above: place) }
        return LearningStore(path: place)
    }

    /// The model itself.
    func model() throws -> BayesModel {
        let place = try place()
        let contents: FileContents
        if let mapped = FileMapping.of(place, beginningWith: BayesModel.magic, limit: BayesModel.largest) {
            contents = .mapped(mapped)
        } else {
            switch InputFile.contents(of: place, limit: BayesModel.largest) {
            case .failure(let error): throw error.failure
            case .success(let bytes): contents = .read(bytes)
            }
        }
        do throws(BayesModelFault) { return try BayesModel(contents) } catch {
            throw Failure(.badData, TerminalLine.safe("\(place): \(error)"))
        }
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    private static func makeFolders(above path: String) {
        var position = path.startIndex
        while let slash = path[path.index(after: position)...].firstIndex(of: "/") {
            unsafe mkdir(String(path[..<slash]), 0o700)
            position = slash
        }
    }
}

extension Failure {
    /// The failure that what was learned cannot be read or written.
    init(_ fault: LearningStore.Fault) {
        self.init(fault.isBadData ? .badData : .inputOutput, TerminalLine.safe(fault.description))
    }
}

/// Runs work on what was learned; its faults become the command's.
func onStore<Value>(_ work: () throws(LearningStore.Fault) -> Value) throws -> Value {
    do throws(LearningStore.Fault) { return try work() } catch { throw Failure(error) }
}
