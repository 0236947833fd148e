import Policy
import Screening
import Stages
import Testing

/// What the catalogue holds is in the pages, and nothing else is.
@Suite struct StagePagesTests {
    private let settings = ScreeningPolicy.builtIn(catalogue).settings
    private let symbols = Set(catalogue.symbols.map(\.symbol.name))

    @Test func stagesPageHasEveryStageInOrder() throws {
        let page = try ManualPage("assay-stages.7")
        #expect(page.parts == catalogue.manifests.map { "stage \($0.id)" })
        for manifest in catalogue.manifests {
            #expect(page.lines.contains(".Ss \(manifest.title) (\(manifest.id))"))
        }
    }

    @Test(arguments: catalogue.manifests.map(\.id))
    func stagesPageHasSymbolsAndSettings(of stage: String) throws {
        let manifest = try #require(catalogue.manifests.first { $0.id == stage })
        let part = try #require(try ManualPage("assay-stages.7").part("stage \(stage)"))
        #expect(part.terms("Dv") == (manifest.symbols + [manifest.errorDeclaration]).map(\.symbol.name))
        let prefix = "stages.\(stage)."
        let keys = settings.filter { $0.name.hasPrefix(prefix) && $0.kind != .entry }
        #expect(part.terms("Ic") == keys.map { String($0.name.dropFirst(prefix.count)) })
    }

    @Test func policyPageHasEveryKey() throws {
        let page = try ManualPage("assay-policy.5")
        let keys = settings.filter { setting in
            setting.kind != .entry && setting.kind != .member
                && (setting.kind != .section || setting.path.count > 2
                    || setting.path.count == 2 && setting.path[0] != "stages")
        }
        #expect(Set(page.terms("Ic")) == Set(keys.map(\.name)))
        #expect(page.terms("Ic").count == keys.count, "a key is there twice")
        for section in settings where section.kind == .section && section.path.count == 1 {
            #expect(page.lines.contains { $0.hasPrefix(".Ic \(section.name)\\&: ") }, "no word of '\(section.name)'")
        }
    }

    @Test func policyPageHasEverySymbol() throws {
        #expect(try ManualPage("assay-policy.5").terms("Dv") == catalogue.symbols.map(\.symbol.name))
    }

    /// Words of the system that look like symbols.
    private static let others: Set<String> = [
        "STATE_DIRECTORY", "CAP_NET_ADMIN", "IP_TRANSPARENT", "XDG_DATA_HOME", "LISTEN_FDS", "LISTEN_PID",
        "EX_TEMPFAIL", "ASSAY_CLIENT", "ASSAY_HELO", "ASSAY_RECIPIENTS", "ASSAY_RULE", "ASSAY_SENDER", "ASSAY_SESSION",
        "ASSAY_SUBJECT", "ASSAY_USER",
        "LC_ALL", "ASSAY_SHA256", "ASSAY_SIZE",
    ]

    @Test func noPageNamesASymbolThatIsNone() throws {
        for name in try ManualPage.names().sorted() {
            let unknown = try ManualPage(name).symbolLikeWords.subtracting(symbols).subtracting(Self.others)
            #expect(unknown.isEmpty, "\(name): \(unknown.sorted())")
        }
    }
}
