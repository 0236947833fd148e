import ArgumentParser
import Testing

@testable import assay

/// Every command has its page, and every page of section 1 its command.
@Suite struct CommandPagesTests {
    @Test func everyCommandHasAPage() throws {
        let commands = CommandPagesTests.pages(of: Assay.self, below: [])
        let pages = try ManualPage.names().filter { $0.hasSuffix(".1") }
        #expect(Set(commands.map { "\($0).1" }) == pages)
    }

    @Test func everyPageNamesItself() throws {
        for name in try ManualPage.names() {
            let page = try ManualPage(name)
            let title = name.dropLast(2)
            #expect(page.lines.contains(".Nm \(title)"), "\(name) has no NAME")
            #expect(page.lines.contains(".Dt \(title.uppercased()) \(name.suffix(1))"), "\(name) has another title")
        }
    }

    @Test func everyReferenceLeadsToAPage() throws {
        let pages = try ManualPage.names()
        for name in pages.sorted() {
            for line in try ManualPage(name).lines where line.hasPrefix(".Xr assay") {
                let words = line.split(separator: " ")
                #expect(words.count > 2 && pages.contains("\(words[1]).\(words[2])"), "\(name): \(line)")
            }
        }
    }

    private static func pages(of command: any ParsableCommand.Type, below parents: [String]) -> [String] {
        let words = parents + [command._commandName]
        return [words.joined(separator: "-")]
            + command.configuration.subcommands.flatMap { pages(of: $0, below: words) }
    }
}
