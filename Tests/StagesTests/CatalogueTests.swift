import Foundation
import Screening
import Stages
import Testing

@Suite struct CatalogueTests {
    @Test func idsAreUniqueAndWellFormed() throws {
        let ids = catalogue.manifests.map(\.id)
        #expect(!ids.isEmpty && Set(ids).count == ids.count)
        for id in ids { #expect(id.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil, "\(id)") }
    }

    /// A stage that reads another's findings runs after it.
    @Test func stagesRunAfterThoseTheyNeed() throws {
        let ids = catalogue.manifests.map(\.id)
        for (position, manifest) in catalogue.manifests.enumerated() {
            for other in manifest.after {
                let place = try #require(
                    ids.firstIndex(of: other), "\(manifest.id) is after \(other), which is no stage")
                #expect(place < position, "\(manifest.id) has to come after \(other)")
            }
        }
    }

    /// Policy and reports know a finding by its symbol alone.
    @Test func symbolsAreUniqueAndWellFormed() {
        let symbols = catalogue.symbols.map(\.symbol.name)
        #expect(Set(symbols).count == symbols.count)
        for symbol in symbols { #expect(symbol.wholeMatch(of: /[A-Z][A-Z0-9_]*/) != nil, "\(symbol)") }
    }

    @Test(arguments: catalogue.manifests.map(\.id)) func everyStageDescribesItself(_ id: String) throws {
        let manifest = try #require(catalogue.manifests.first { $0.id == id })
        #expect(!manifest.title.isEmpty && !manifest.symbols.isEmpty && !manifest.phases.isEmpty)
        for sentence in [manifest.summary] + manifest.symbols.map(\.summary) {
            #expect(sentence.hasSuffix(".") && sentence.first?.isUppercase == true, "'\(sentence)' is no sentence")
            #expect(!sentence.contains("\n"))
        }
    }

    /// The words of a refusal fit the action that would use them, and a reply line.
    @Test func defaultRepliesAreFitToSend() {
        for symbol in catalogue.symbols {
            guard let reply = symbol.reply else { continue }
            #expect((0...59).contains(reply.detail) && (1...7).contains(reply.enhanced.subject), "\(symbol.symbol)")
            #expect(reply.text.utf8.count <= 450 && reply.text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
    }

    /// Adding a stage is a file, a line and a folder of cases.
    @Test(arguments: catalogue.manifests.map(\.id)) func everyStageHasItsFolder(_ id: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "fixtures/stages/\(id)").path
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".case") }
        #expect(!cases.isEmpty)
    }

    @Test func everySymbolIsFoundByItsName() throws {
        for manifest in catalogue.manifests {
            for symbol in manifest.symbols.map(\.symbol) + [manifest.errorSymbol] {
                #expect(catalogue.declaration(of: symbol)?.stage.id == manifest.id)
            }
        }
        #expect(catalogue.declaration(of: "NO_SUCH_SYMBOL") == nil)
    }
}
