import Policy
import SMTP
import Screening
import Testing
import Values

@testable import Proxy

@Suite struct ServiceMetricsTests {
    private static func record(_ symbols: [String]) -> TransactionRecord {
        let findings = symbols.map { symbol in
            WeighedFinding(
                stage: "s", phase: .message, finding: Finding(Symbol(symbol)), weight: .init(0, at: .builtIn),
                action: .init(.score, at: .builtIn))
        }
        return TransactionRecord(
            source: "s", session: Session(id: "s"),
            judgement: TransactionRecord.Judgement(
                findings: findings, effects: [], notEvaluated: [], evaluations: [],
                verdicts: [Verdict(phase: .message, disposition: .tag, score: 0, reply: nil, grounds: [])]))
    }

    @Test func transactionsAreCountedByVerdictAndSymbol() {
        let metrics = ServiceMetrics()
        metrics.note(ServiceMetricsTests.record(["A", "A", "B"]))
        metrics.note(ServiceMetricsTests.record(["A"]))
        let lines = metrics.text(ServiceMetrics.Gauges()).split(separator: "\n")
        #expect(lines.contains(#"assay_verdicts_total{checkpoint="message",disposition="tag"} 2"#))
        #expect(lines.contains(#"assay_findings_total{symbol="A"} 2"#))
        #expect(lines.contains(#"assay_findings_total{symbol="B"} 1"#))
    }

    /// A policy with lists of its own makes symbols; there is an end to how many series they become.
    @Test func thereIsAnEndToSeries() {
        let metrics = ServiceMetrics()
        for number in 0..<3000 { metrics.note(ServiceMetricsTests.record(["S\(number)"])) }
        let series = metrics.text(ServiceMetrics.Gauges()).split(separator: "\n").filter {
            $0.hasPrefix("assay_findings_total{")
        }
        #expect(series.count == 2001)
        #expect(series.contains(#"assay_findings_total{symbol="other"} 1000"#))
    }

    @Test func histogramsAddUp() {
        let metrics = ServiceMetrics()
        for milliseconds in [0, 1, 2, 60, 400_000] {
            metrics.note(.mail, SMTPReply(code: 250, text: "ok"), after: .milliseconds(milliseconds))
        }
        let lines = metrics.text(ServiceMetrics.Gauges()).split(separator: "\n").map(String.init)
        for (bound, count) in [("0.001", 2), ("0.005", 3), ("0.05", 3), ("0.1", 4), ("300", 4), ("+Inf", 5)] {
            #expect(lines.contains("assay_next_hop_seconds_bucket{command=\"mail\",le=\"\(bound)\"} \(count)"))
        }
        #expect(lines.contains(#"assay_next_hop_seconds_sum{command="mail"} 400.063000"#))
        #expect(lines.contains(#"assay_next_hop_replies_total{command="mail",reply="2xx"} 5"#))
    }

    @Test func labelsAreQuoted() {
        var text = PrometheusText()
        text.begin("x", .gauge, "X.")
        text.add([("a", "b\"c\\d\ne")], 1)
        #expect(text.text == "# HELP x X.\n# TYPE x gauge\nx{a=\"b\\\"c\\\\d\\ne\"} 1\n")
    }
}
