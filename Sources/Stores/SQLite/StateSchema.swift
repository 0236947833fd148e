import GRDB

/// The table of a state database.
enum StateSchema {
    /// What marks an SQLite database as one of state: `asst`.
    static let applicationID = 0x6173_7374
    /// The version of the schema, in `PRAGMA user_version`.
    static let version = 2

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 entries") { db in
            // The index finds what expires first; times are milliseconds since 1970.
            try db.execute(
                sql: """
                    CREATE TABLE entries (
                      key TEXT PRIMARY KEY, value TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX entries_by_expiry ON entries (expires);
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = 1;
                    """)
        }
        migrator.registerMigration("2 due") { db in
            // What is renewed on each visit would have its place in an index by expiry changed each time. An entry is due
            // no later than it expires; one that was renewed meanwhile is given a new date when upkeep comes to it.
            try db.execute(
                sql: """
                    ALTER TABLE entries ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
                    UPDATE entries SET due = expires;
                    DROP INDEX entries_by_expiry;
                    CREATE INDEX entries_by_due ON entries (due);
                    PRAGMA user_version = 2;
                    """)
        }
        return migrator
    }

    /// What a database is before it is used.
    enum Standing {
        case empty
        case state
        case other(String)
    }

    static func standing(_ db: Database) throws -> Standing {
        // A process that was killed while it made the file may have left the list of migrations alone.
        let made = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        if try Int.fetchOne(db, sql: made) ?? 0 == 0 { return .empty }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            return .other("is an SQLite database, but none of state; name another file")
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            return .other("was written by a newer assay (schema \(found), this one knows \(version)); use that one")
        }
        return .state
    }

    /// Brings the schema up to date.
    static func prepare(_ queue: DatabaseQueue) throws { try migrator.migrate(queue) }
}
