import Policy
import Screening
import Stages
import Testing
import Values

/// Which stages a policy turns on without saying so.
@Suite struct SetUpStagesTests {
    @Test(arguments: [
        ("", "false"), ("  greylist:", "false"), ("  greylist: {}", "false"), ("  greylist: {delay: 5m}", "true"),
        ("  greylist: {delay: 5m, enabled: false}", "false"), ("  greylist: {enabled: true}", "true"),
    ])
    func aStageThatIsSetUpRuns(_ section: String, _ enabled: String) throws {
        let (node, _) = PolicyDocument.parse(Bytes("version: 1\nstages:\n\(section)\n"), file: "policy")
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        let policy = try #require(read.policy, "\(read.diagnostics)")
        let setting = try #require(policy.settings.first { $0.path == ["stages", "greylist", "enabled"] })
        #expect(setting.valueText == enabled)
    }
}
