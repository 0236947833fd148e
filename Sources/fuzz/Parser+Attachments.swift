import Archives
import Attachments
import Values

/// Files that messages bring.
extension Parser {
    /// Small, so that the fuzzer does not spend its time on unpacking.
    static let attachmentLimits = AttachmentLimits(
        depth: 3, files: 200, bytes: 4 << 20, fileBytes: 1 << 20, ratio: 100)

    /// The input as a file that a message brings: what it is, its content tells.
    func file(_ input: Bytes) {
        let name = self == .page ? "a.html" : "a.bin"
        let list = AttachmentList(file: input, named: name, limits: Parser.attachmentLimits)
        precondition(list.files.count <= Parser.attachmentLimits.files)
        precondition(list.unpackedBytes <= Parser.attachmentLimits.bytes + Parser.attachmentLimits.fileBytes)
    }

    func fileName(_ input: Bytes) {
        let name = FileName(input.lossyString)
        _ = (name.hasDoubleEnding, name.leadsOut, FileName.shown(name.text))
    }

    func zip(_ input: Bytes) {
        _ = try? Inflation.inflate(input, .gzip, limit: 1 << 20)
        guard let file = try? ZipFile(input) else { return }
        for member in file.members.prefix(10) { _ = try? file.content(of: member, limit: 1 << 20) }
    }
}
