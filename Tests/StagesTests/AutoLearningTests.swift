import Bayes
import Policy
import SMTP
import Screening
import Stages
import Testing
import Values

/// Which messages are learned by the verdict on them.
struct AutoLearningTests {
    /// What stages found: `stage SYMBOL weight`, with who authenticated, and what becomes of the message.
    private static let table: [(found: String, user: String?, expected: AutoLearning.Choice)] = [
        ("dmarc DMARC_PASS 0", nil, .learn(.ham)),
        ("dmarc DMARC_PASS 0, heuristics A -2", nil, .learn(.ham)),
        ("", nil, .leave("no domain vouches for it")),
        ("spf SPF_PASS 0", nil, .leave("no domain vouches for it")),
        ("", "ann", .learn(.ham)),
        ("dmarc DMARC_PASS 0, heuristics A 0.5", nil, .leave("the score is neither that of ham nor that of spam")),
        ("dmarc DMARC_PASS 0, heuristics A 1.5, heuristics B -2", nil, .leave("A speaks against ham")),
        ("dmarc DMARC_PASS 0, bayes BAYES_80 1.8", nil, .leave("what was learned says that it is spam")),
        // What was learned before neither makes ham nor spam.
        (
            "dmarc DMARC_PASS 0, heuristics A 4, bayes BAYES_00 -9", nil,
            .leave("the score is neither that of ham nor that of spam")
        ),
        (
            "heuristics A 4, heuristics B 4, heuristics C 3, bayes BAYES_999 9", nil,
            .leave("the score is neither that of ham nor that of spam")
        ),
        ("heuristics A 4, heuristics B 4, dnsbl C 4", nil, .learn(.spam)),
        ("heuristics A 4, heuristics B 4, dnsbl C 4, bayes BAYES_50 0", nil, .learn(.spam)),
        (
            "heuristics A 4, heuristics B 4, dnsbl C 4, bayes BAYES_20 -0.3", nil,
            .leave("what was learned says that it is ham")
        ),
        ("heuristics A 14, heuristics A 14, heuristics B 1", nil, .leave("only 2 symbols speak for spam")),
        // What people said of the sender says nothing of the words.
        (
            "heuristics A 4, heuristics B 4, dnsbl C 3, sender-blocklist D 100", nil,
            .leave("the score is neither that of ham nor that of spam")
        ),
        (
            "dmarc DMARC_PASS 0, heuristics A 4, welcome-list W -100", nil,
            .leave("the score is neither that of ham nor that of spam")
        ),
        ("spam-trap SPAM_TRAP 0", nil, .learn(.spam)),
        ("dmarc DMARC_PASS 0, spam-trap SPAM_TRAP_MESSAGE 0, bayes BAYES_00 -3", "ann", .learn(.spam)),
    ]

    @Test(arguments: table.indices) func choices(_ row: Int) throws {
        let (found, user, expected) = AutoLearningTests.table[row]
        var session = Session(id: "1")
        if let user { session.authenticated = .observed(user) }
        let findings = try found.split(separator: ",").map { text in
            let words = text.split(separator: " ").map(String.init)
            let weight = try #require(Double(words[2]))
            return WeighedFinding(
                stage: words[0], phase: .message, finding: Finding(Symbol(words[1]), [:]),
                weight: Placed(Int(weight * 1000), at: .builtIn), action: Placed(.score, at: .builtIn))
        }
        let judgement = TransactionRecord.Judgement(
            findings: findings, effects: [], notEvaluated: [], evaluations: [],
            verdicts: [Verdict(phase: .message, disposition: .accept, score: 0, reply: nil, grounds: [])])
        #expect(try AutoLearningTests.learning().choice(judgement, in: session) == expected)
    }

    /// Ham must not be learned of mail that was held up for another reason than its score.
    @Test func whatIsNotAcceptedIsNoHam() throws {
        var session = Session(id: "1")
        session.authenticated = .observed("ann")
        let judgement = TransactionRecord.Judgement(
            findings: [], effects: [], notEvaluated: [], evaluations: [],
            verdicts: [Verdict(phase: .message, disposition: .quarantine, score: 0, reply: nil, grounds: [])])
        #expect(try AutoLearningTests.learning().choice(judgement, in: session) == .leave("it was not accepted"))
    }

    @Test(arguments: [
        (MailLabel.ham, 0, 0, true), (.ham, 999, 0, true), (.ham, 1000, 0, false), (.ham, 1000, 251, true),
        (.spam, 4000, 1000, true), (.spam, 10, 5000, false), (.spam, 2000, 5000, true),
    ]) func noKindCrowdsOutTheOther(_ label: MailLabel, ham: Int, spam: Int, expected: Bool) throws {
        #expect(try AutoLearningTests.learning().allows(label, beside: (ham, spam)) == expected)
    }

    private static func learning() throws -> AutoLearning {
        let text = Bytes("version: 1\nagent: {auto_learn: {model: /var/lib/assay/mail.bayes}}\n")
        let (node, _) = PolicyDocument.parse(text, file: "policy")
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        let policy = try #require(read.policy, "\(read.diagnostics)")
        return AutoLearning(try #require(policy.agent.autoLearn))
    }
}
