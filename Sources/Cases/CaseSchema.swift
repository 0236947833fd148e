import GRDB
import Screening

/// The tables of a case file and the views that are promised to stay (assay-case(5)).
public enum CaseSchema {
    /// What marks an SQLite database as a case file: `assy`.
    public static let applicationID = 0x6173_7379
    /// The version of the schema, in `PRAGMA user_version`.
    public static let version = 9

    /// Each version's step.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 scans, findings and verdicts") { db in
            try db.execute(sql: tables)
            try db.execute(sql: views)
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        migrator.registerMigration("2 DMARC reports") { db in
            try db.execute(sql: reportTables)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3 what hosts on the way found") { db in
            try db.execute(sql: recordedFields)
            try db.execute(sql: replyNotes)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4 what is known of live sessions") { db in
            try db.execute(sql: liveSessions)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("5 reports of failures") { db in
            try db.execute(sql: failureReports)
            try db.execute(sql: "PRAGMA user_version = 5")
        }
        migrator.registerMigration("6 where labels come from, and profiles of findings") { db in
            try db.execute(sql: labels)
            try db.execute(sql: "PRAGMA user_version = 6")
        }
        migrator.registerMigration("7 evidence of sources, and keys") { db in
            try db.execute(sql: evidence)
            try db.execute(sql: "PRAGMA user_version = 7")
        }
        migrator.registerMigration("8 what logs tell") { db in
            try db.execute(sql: logs)
            try db.execute(sql: "PRAGMA user_version = 8")
        }
        migrator.registerMigration("9 what servers did then") { db in
            try db.execute(sql: fates)
            try db.execute(sql: "PRAGMA user_version = 9")
        }
        return migrator
    }

    /// Makes the schema in a new file, or brings that of an old one up to date.
    static func prepare(_ queue: DatabaseQueue, path: String) throws {
        // A process that was killed while it made the file may have left the list of migrations alone.
        let made = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        let isNew = try queue.read { try Int.fetchOne($0, sql: made) ?? 0 } == 0
        if !isNew { try queue.read { try check($0, path: path) } }
        try migrator.migrate(queue)
    }

    /// Throws when the database is no case, or one of a newer version.
    static func check(_ db: Database, path: String) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw CaseError(.badData, path, "is an SQLite database, but no case file")
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw CaseError(
                .badData, path,
                "the case was written by a newer assay (schema \(found), this one knows \(version)); use that one")
        }
    }

    private static let tables = """
        CREATE TABLE runs (
          id INTEGER PRIMARY KEY, digest TEXT NOT NULL, policy TEXT NOT NULL, policy_sha256 TEXT NOT NULL,
          options TEXT NOT NULL, thresholds TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER,
          skipped INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE run_sources (
          run INTEGER NOT NULL, position INTEGER NOT NULL, location TEXT NOT NULL, fingerprint TEXT NOT NULL,
          events INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE TABLE problems (
          run INTEGER NOT NULL, position INTEGER NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL,
          PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE messages (
          id INTEGER PRIMARY KEY, sha256 TEXT, file INTEGER NOT NULL, number INTEGER, offset INTEGER, size INTEGER,
          subject TEXT, header_from TEXT, defects TEXT);
        CREATE INDEX messages_place ON messages (file, offset);
        CREATE TABLE results (
          run INTEGER NOT NULL, message INTEGER NOT NULL, time INTEGER, client TEXT, ptr TEXT, helo TEXT,
          tls_version TEXT, tls_cipher TEXT, authenticated TEXT, mail_from TEXT, label TEXT, score INTEGER NOT NULL,
          outcome INTEGER, course INTEGER NOT NULL, origin INTEGER NOT NULL, ranges TEXT,
          PRIMARY KEY (run, message)) WITHOUT ROWID;
        CREATE TABLE recipients (
          run INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, address TEXT,
          PRIMARY KEY (run, message, position)) WITHOUT ROWID;
        CREATE TABLE findings (
          run INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL,
          evidence TEXT NOT NULL,
          PRIMARY KEY (run, message, position)) WITHOUT ROWID;
        CREATE TABLE omission_details (
          run INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, detail TEXT NOT NULL,
          PRIMARY KEY (run, message, position)) WITHOUT ROWID;
        CREATE TABLE effects (
          run INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, effect TEXT NOT NULL,
          PRIMARY KEY (run, message, position)) WITHOUT ROWID;
        CREATE TABLE weights (
          run INTEGER NOT NULL, symbol TEXT NOT NULL, weight INTEGER NOT NULL, weight_place TEXT NOT NULL,
          action TEXT NOT NULL, action_place TEXT NOT NULL,
          PRIMARY KEY (run, symbol)) WITHOUT ROWID;
        CREATE TABLE kinds (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, symbol TEXT NOT NULL,
          checkpoint TEXT NOT NULL, scope TEXT NOT NULL, form TEXT NOT NULL);
        CREATE TABLE outcomes (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, disposition TEXT NOT NULL, checkpoint TEXT NOT NULL,
          reply TEXT, reply_parts TEXT, grounds TEXT NOT NULL, decided_by TEXT, policy_line TEXT);
        CREATE TABLE courses (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
        CREATE TABLE course_omissions (
          course INTEGER NOT NULL, position INTEGER NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL,
          PRIMARY KEY (course, position)) WITHOUT ROWID;
        CREATE TABLE origins (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, client TEXT, ptr TEXT, helo TEXT, tls TEXT,
          authenticated TEXT, mail_from TEXT, rcpt_to TEXT, time TEXT);
        CREATE TABLE dns_answers (
          id INTEGER PRIMARY KEY, told TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
          rcode TEXT NOT NULL, rdata TEXT NOT NULL, authentic INTEGER NOT NULL);
        """

    /// What a refusal on a finding says besides the policy's words; few findings have it.
    private static let replyNotes = """
        CREATE TABLE reply_notes (
          run INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, note TEXT NOT NULL,
          PRIMARY KEY (run, message, position)) WITHOUT ROWID;
        """

    /// The name of a session that was recorded live, how its client authenticated, and what it was told at last.
    private static let liveSessions = """
        ALTER TABLE results ADD COLUMN session TEXT;
        ALTER TABLE results ADD COLUMN auth_mechanism TEXT;
        ALTER TABLE results ADD COLUMN answer TEXT;
        DROP VIEW session;
        CREATE VIEW session AS SELECT
          r.run, r.message, \(time("r.time")) AS time, r.client, r.ptr, r.helo, r.tls_version, r.tls_cipher,
          r.authenticated, r.mail_from, r.label, o.client AS client_provenance, o.ptr AS ptr_provenance,
          o.helo AS helo_provenance, o.tls AS tls_provenance, o.authenticated AS authenticated_provenance,
          o.mail_from AS mail_from_provenance, o.rcpt_to AS rcpt_to_provenance, o.time AS time_provenance,
          r.session, r.auth_mechanism, r.answer
          FROM results r JOIN origins o ON o.id = r.origin;
        """

    private static let recordedFields = """
        CREATE TABLE recorded_fields (
          message INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, hops INTEGER NOT NULL,
          value TEXT NOT NULL,
          PRIMARY KEY (message, position)) WITHOUT ROWID;
        CREATE VIEW recorded_field AS SELECT message, position, name AS field, hops, value FROM recorded_fields;
        """

    /// A time in milliseconds as RFC 3339 text.
    static func time(_ column: String) -> String {
        """
        strftime('%Y-%m-%dT%H:%M:%S', (\(column) - (\(column) % 1000 + 1000) % 1000) / 1000, 'unixepoch')
          || CASE (\(column) % 1000 + 1000) % 1000 WHEN 0 THEN 'Z'
             ELSE printf('.%03dZ', (\(column) % 1000 + 1000) % 1000) END
        """
    }

    private static let views = """
        CREATE VIEW run AS SELECT
          id AS run, \(time("started")) AS started, \(time("finished")) AS finished, policy, policy_sha256, options,
          (SELECT count(*) FROM results WHERE results.run = runs.id) AS messages, skipped,
          (SELECT count(*) FROM problems WHERE problems.run = runs.id) AS problems
          FROM runs;
        CREATE VIEW source AS SELECT run, position, location, fingerprint, events, finished FROM run_sources;
        CREATE VIEW problem AS SELECT run, position, source, text FROM problems;
        CREATE VIEW message AS SELECT
          m.id AS message, m.sha256 AS id,
          CASE WHEN m.number IS NULL THEN f.name ELSE f.name || '#' || m.number END AS source,
          m.offset, m.size, m.subject, m.header_from, m.defects
          FROM messages m JOIN files f ON f.id = m.file;
        CREATE VIEW session AS SELECT
          r.run, r.message, \(time("r.time")) AS time, r.client, r.ptr, r.helo, r.tls_version, r.tls_cipher,
          r.authenticated, r.mail_from, r.label, o.client AS client_provenance, o.ptr AS ptr_provenance,
          o.helo AS helo_provenance, o.tls AS tls_provenance, o.authenticated AS authenticated_provenance,
          o.mail_from AS mail_from_provenance, o.rcpt_to AS rcpt_to_provenance, o.time AS time_provenance
          FROM results r JOIN origins o ON o.id = r.origin;
        CREATE VIEW recipient AS SELECT run, message, position, address FROM recipients;
        CREATE VIEW finding AS SELECT
          f.run, f.message, f.position, k.stage, k.symbol, k.checkpoint, k.scope, f.evidence,
          w.weight / 1000.0 AS score, w.weight_place AS weighed_by, w.action, w.action_place AS action_by
          FROM findings f JOIN kinds k ON k.id = f.kind
          LEFT JOIN weights w ON w.run = f.run AND w.symbol = k.symbol;
        CREATE VIEW not_evaluated AS SELECT
          r.run, r.message, c.position, c.stage, c.reason, d.detail
          FROM results r JOIN course_omissions c ON c.course = r.course
          LEFT JOIN omission_details d
            ON d.run = r.run AND d.message = r.message AND d.position = c.position;
        CREATE VIEW effect AS SELECT run, message, position, effect FROM effects;
        CREATE VIEW verdict AS SELECT
          r.run, r.message, o.disposition, o.checkpoint, r.score / 1000.0 AS score, o.reply, o.grounds,
          o.decided_by, o.policy_line
          FROM results r JOIN outcomes o ON o.id = r.outcome;
        CREATE VIEW weight AS SELECT
          run, symbol, weight / 1000.0 AS score, weight_place AS weighed_by, action, action_place AS action_by
          FROM weights;
        CREATE VIEW dns_answer AS SELECT id AS answer, name, type, rcode, rdata, authentic, told FROM dns_answers;
        """

    /// DMARC reports that were received, and views of them.
    private static let reportTables = """
        CREATE TABLE dmarc_reports (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, version TEXT, org_name TEXT,
          email TEXT, extra_contact_info TEXT, report_id TEXT,
          period_begin INTEGER, period_end INTEGER, errors TEXT NOT NULL,
          generator TEXT, domain TEXT, version_published TEXT, adkim TEXT, aspf TEXT, p TEXT, sp TEXT, np TEXT,
          pct INTEGER, fo TEXT, testing TEXT, discovery_method TEXT, faults TEXT NOT NULL);
        CREATE TABLE dmarc_records (
          report INTEGER NOT NULL, position INTEGER NOT NULL, source_ip TEXT, count INTEGER NOT NULL, disposition TEXT,
          dkim TEXT, spf TEXT, reasons TEXT NOT NULL, envelope_to TEXT, envelope_from TEXT, header_from TEXT,
          dkim_results TEXT NOT NULL, spf_results TEXT NOT NULL,
          PRIMARY KEY (report, position)) WITHOUT ROWID;
        CREATE VIEW dmarc_report AS SELECT
          id AS report, source, version, org_name, email, extra_contact_info, report_id,
          \(time("period_begin")) AS period_begin, \(time("period_end")) AS period_end, errors, generator, domain, version_published, adkim, aspf, p, sp, np, pct, fo,
          testing, discovery_method, faults
          FROM dmarc_reports;
        CREATE VIEW dmarc_record AS SELECT
          report, position, source_ip, count, disposition, dkim, spf, reasons, envelope_to, envelope_from, header_from,
          dkim_results, spf_results
          FROM dmarc_records;
        """

    /// Reports about single messages (RFC 6591) that were received.
    private static let failureReports = """
        CREATE TABLE dmarc_failures (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, feedback_type TEXT, auth_failure TEXT,
          arrival INTEGER, source_ip TEXT, reported_domain TEXT, original_mail_from TEXT, original_rcpt_to TEXT,
          delivery_result TEXT, identity_alignment TEXT, dkim_domain TEXT, dkim_selector TEXT,
          authentication_results TEXT, header_from TEXT, subject TEXT, message_id TEXT, fields TEXT NOT NULL);
        CREATE VIEW dmarc_failure AS SELECT
          id AS failure, source, feedback_type, auth_failure, \(time("arrival")) AS arrival, source_ip, reported_domain,
          original_mail_from, original_rcpt_to, delivery_result, identity_alignment, dkim_domain, dkim_selector,
          authentication_results, header_from, subject, message_id, fields
          FROM dmarc_failures;
        """

    /// All that says what a message is: what its archive and the user of the replay say (`label_sets`, which many
    /// messages share), that somebody moved it, that somebody reviewed it. And what was found in a message, so that
    /// weighing a run anew reads one row a message.
    private static let labels = """
        CREATE TABLE profiles (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
        CREATE TABLE label_sets (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, place TEXT);
        CREATE TABLE label_set_votes (
          label_set INTEGER NOT NULL, position INTEGER NOT NULL, strength INTEGER NOT NULL, origin TEXT NOT NULL,
          label TEXT, detail TEXT NOT NULL,
          PRIMARY KEY (label_set, position)) WITHOUT ROWID;
        CREATE TABLE label_moves (
          run INTEGER NOT NULL, message INTEGER NOT NULL, label TEXT NOT NULL, detail TEXT NOT NULL,
          PRIMARY KEY (run, message)) WITHOUT ROWID;
        CREATE TABLE reviews (id TEXT PRIMARY KEY, label TEXT NOT NULL, detail TEXT NOT NULL, time INTEGER NOT NULL)
          WITHOUT ROWID;
        ALTER TABLE results ADD COLUMN label_set INTEGER;
        ALTER TABLE results ADD COLUMN profile INTEGER;
        DROP VIEW session;
        CREATE VIEW session AS SELECT
          r.run, r.message, \(time("r.time")) AS time, r.client, r.ptr, r.helo, r.tls_version, r.tls_cipher,
          r.authenticated, r.mail_from, coalesce((SELECT v.label FROM reviews v JOIN messages m ON m.sha256 = v.id
            WHERE m.id = r.message), r.label) AS label,
          o.client AS client_provenance, o.ptr AS ptr_provenance,
          o.helo AS helo_provenance, o.tls AS tls_provenance, o.authenticated AS authenticated_provenance,
          o.mail_from AS mail_from_provenance, o.rcpt_to AS rcpt_to_provenance, o.time AS time_provenance,
          r.session, r.auth_mechanism, r.answer
          FROM results r JOIN origins o ON o.id = r.origin;
        CREATE VIEW label_vote AS
          SELECT r.run, r.message, v.strength, v.origin, v.label, v.detail
            FROM results r JOIN label_set_votes v ON v.label_set = r.label_set WHERE v.label IS NOT NULL
          UNION ALL SELECT run, message, \(LabelVote.Origin.move.rank), 'move', label, detail FROM label_moves
          UNION ALL SELECT r.run, r.message, \(LabelVote.Origin.review.rank), 'review', v.label, v.detail
            FROM reviews v JOIN messages m ON m.sha256 = v.id JOIN results r ON r.message = m.id
          UNION ALL SELECT run, message, \(LabelVote.Origin.option.rank), 'option', label, ''
            FROM results WHERE label IS NOT NULL AND label_set IS NULL;
        CREATE VIEW label AS SELECT
          run, message, label, origin, detail, sum(label = 'ham') AS ham_votes, sum(label = 'spam') AS spam_votes,
          min(strength) AS strength
          FROM label_vote GROUP BY run, message;
        """

    /// What is kept of each source for who doubts the case, and the key by which names are left out.
    private static let evidence = """
        ALTER TABLE run_sources ADD COLUMN sha256 TEXT;
        ALTER TABLE run_sources ADD COLUMN size INTEGER;
        ALTER TABLE run_sources ADD COLUMN first INTEGER;
        ALTER TABLE run_sources ADD COLUMN last INTEGER;
        ALTER TABLE run_sources ADD COLUMN tool TEXT;
        CREATE TABLE keys (purpose TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
        DROP VIEW source;
        CREATE VIEW source AS SELECT
          run, position, location, fingerprint, events, finished, sha256, size, \(time("first")) AS first,
          \(time("last")) AS last, tool
          FROM run_sources;
        """

    /// The views with their columns, as the database has them.
    public static func columns(of file: CaseFile) throws(CaseError) -> [String: [String]] {
        try file.read { db in
            var columns: [String: [String]] = [:]
            for view in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'view'") {
                columns[view] = try String.fetchAll(
                    db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [view])
            }
            return columns
        }
    }
}
