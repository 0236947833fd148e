import Synchronization

/// What was read of a message, for those who ask for it next: the stages that look at a message do so one after another.
/// Who reads the same at the same moment finds the same.
final class SharedReadings: Sendable {
    private let readings = Mutex(Readings())

    private struct Readings {
        var structure: (parts: [MIMEPart], defects: MIMEDefects)?
        var authors: [AddressList]?
    }

    /// The parts of the MIME structure, and everything irregular about them.
    var structure: (parts: [MIMEPart], defects: MIMEDefects)? { readings.withLock { $0.structure } }

    func keep(_ parts: [MIMEPart], _ defects: MIMEDefects) {
        readings.withLock { $0.structure = (parts, defects) }
    }

    /// The address list of each From field.
    var authors: [AddressList]? { readings.withLock { $0.authors } }

    func keep(authors: [AddressList]) {
        readings.withLock { $0.authors = authors }
    }
}
