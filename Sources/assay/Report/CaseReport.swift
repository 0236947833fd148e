import Cases
import Reports
import Screening
import Values

/// The report on a whole run, in the forms that were asked for.
struct CaseReport {
    let path: String
    let run: Int?
    let html: String?
    let json: String?
    let csvFolder: String?
    /// How many messages the page lets its reader look into.
    let looks: Int
    /// The time that it is about.
    let span: TimeSpan
    /// A list of autonomous systems; nil where none is named.
    let routes: String?
    /// When the report was made.
    let time: Timestamp
    /// Whether nobody is named in it.
    let isRedacted: Bool

    /// Writes the report, and tells `output` of each file.
    func write(_ output: inout FileOutput, format: OutputFormat) throws {
        let file = try CaseFile(reading: path)
        let run = try file.run(self.run)
        for note in try file.unfinishedNotes(behind: run, askedFor: self.run) { StandardError.write(note + "\n") }
        let redactor = isRedacted ? Redactor(key: try file.redactionKey(proposed: RandomKey.make())) : nil
        var overview = try CaseOverview(
            file, run: run, looks: html == nil ? 0 : looks, routes: try systems(), since: span.since, until: span.until)
        if let redactor { overview = overview.redacted(by: redactor) }
        if let html {
            var told: [CasePage.Look] = []
            for number in overview.telling {
                let stored = try file.record(of: number, run: run)
                told.append(
                    CasePage.Look(number, stored.record, thresholds: stored.thresholds, redactor: redactor))
            }
            let disagreements =
                overview.fates.isEmpty
                ? nil
                : try FateDisagreements(
                    file, run: run, fates: overview.fates, differing: overview.differing,
                    site: (try? RunPolicy(of: file, run: run).policy())?.site,
                    shown: { redactor?.record($0) ?? $0 }, words: { redactor?.addresses(in: $0) ?? $0 })
            let page = CasePage(
                overview, looks: told, disagreements: disagreements,
                made: "made \(time.rfc3339) by assay \(Assay.version)")
            try ReplacedFile(path: html, inputs: [path]).finish(Array(page.html.utf8))
            try tell(html, overview, &output, format)
        }
        if let json {
            var bytes: [UInt8] = []
            overview.json.write(to: &bytes)
            try ReplacedFile(path: json, inputs: [path]).finish(bytes + [.lf])
            try tell(json, overview, &output, format)
        }
        if let csvFolder {
            try OutputFolder.make(csvFolder)
            for table in overview.tables {
                let name = "\(csvFolder)/\(table.name).csv"
                let rows = [table.columns] + table.rows.map { $0.map(CaseReport.cell) }
                try ReplacedFile(path: name, inputs: [path]).finish(Array(rows.map(CSVLine.text).joined().utf8))
                try tell(name, overview, &output, format)
            }
        }
    }

    private func systems() throws -> AutonomousSystems? {
        guard let routes else { return nil }
        switch InputFile.contents(of: routes, limit: AutonomousSystems.largest) {
        case .failure(let error): throw error.failure
        case .success(let bytes):
            let systems = AutonomousSystems(bytes)
            if let line = systems.passedOver.firstLine {
                StandardError.write(
                    TerminalLine.safe(
                        "\(routes):\(line): no range of addresses with its system; \(systems.passedOver.count) lines are passed over"
                    )
                        + "\n")
            }
            return systems
        }
    }

    private func tell(
        _ name: String, _ overview: CaseOverview, _ output: inout FileOutput, _ format: OutputFormat
    ) throws {
        switch format {
        case .text: output.append(TerminalLine.safe("\(name)  \(Counted.messages(overview.total.all))") + "\n")
        case .ndjson:
            try output.append(
                line: .object([
                    "file": .string(name), "messages": .integer(overview.total.all), "type": .string("case"),
                ]))
        }
    }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .bool, .integer, .thousandths, .array, .object: value.text
        }
    }
}
