/// The tables and views of what logs tell.
extension CaseSchema {
    /// The files that were read, the messages that they tell of with their recipients, and how much happened hour by hour.
    static let logs = """
        CREATE TABLE log_sources (
          id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, path TEXT NOT NULL, size INTEGER NOT NULL, first INTEGER,
          last INTEGER, lines INTEGER NOT NULL, unknown INTEGER NOT NULL, formats TEXT NOT NULL, assay TEXT NOT NULL);
        CREATE TABLE log_messages (
          id INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, host TEXT,
          queue_id TEXT NOT NULL, time INTEGER, client TEXT, client_name TEXT, helo TEXT, tls_version TEXT, tls_cipher TEXT,
          authenticated TEXT, mail_from TEXT, message_id TEXT, size INTEGER, parent TEXT, refused INTEGER NOT NULL);
        CREATE INDEX log_messages_by_queue_id ON log_messages (queue_id);
        CREATE INDEX log_messages_by_message_id ON log_messages (message_id);
        CREATE TABLE log_recipients (
          message INTEGER NOT NULL, position INTEGER NOT NULL, address TEXT NOT NULL, original TEXT, status TEXT,
          deferrals INTEGER NOT NULL, PRIMARY KEY (message, position)) WITHOUT ROWID;
        CREATE TABLE log_counts (
          source INTEGER NOT NULL, hour INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (source, hour, kind)) WITHOUT ROWID;
        CREATE VIEW log_source AS SELECT
          id AS source, path, sha256, size, \(time("first")) AS first_time, \(time("last")) AS last_time, lines, unknown, formats,
          assay AS assay_version
          FROM log_sources;
        CREATE VIEW log_message AS SELECT
          id AS message, source, line, offset, host, queue_id, \(time("time")) AS time, client, client_name, helo, tls_version,
          tls_cipher, authenticated, mail_from, message_id, size, parent, refused
          FROM log_messages;
        CREATE VIEW log_recipient AS SELECT message, position, address, original, status, deferrals FROM log_recipients;
        CREATE VIEW log_count AS SELECT source, \(time("hour")) AS hour, kind, count FROM log_counts;
        """
}
