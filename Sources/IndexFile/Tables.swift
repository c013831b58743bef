internal import SQL

/// What the file holds.
///
/// Moments are nanoseconds since 1970. A path is the bytes of a name, whether or not they are UTF-8;
/// it sorts byte by byte.
extension Schema {
  static let index = Schema(
    mark: 0x7334_6C69,
    """
    CREATE TABLE repositories (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      path BLOB NOT NULL,
      area BLOB NOT NULL,
      -- The number of the last operation that looked at all of it.
      generation INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE file_records (
      id INTEGER PRIMARY KEY,
      repository_id TEXT NOT NULL REFERENCES repositories ON DELETE CASCADE,
      file_path TEXT NOT NULL,
      file_size INTEGER NOT NULL,
      mod_time INTEGER NOT NULL,
      content_hash TEXT,
      last_scanned INTEGER NOT NULL,
      scan_generation INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX file_records_path ON file_records (repository_id, file_path);

    CREATE TABLE sync_operations (
      id INTEGER PRIMARY KEY,
      repository_id TEXT NOT NULL REFERENCES repositories ON DELETE CASCADE,
      operation_type TEXT NOT NULL,
      files_scanned INTEGER NOT NULL DEFAULT 0,
      files_added INTEGER NOT NULL DEFAULT 0,
      files_updated INTEGER NOT NULL DEFAULT 0,
      files_removed INTEGER NOT NULL DEFAULT 0,
      start_time INTEGER NOT NULL,
      end_time INTEGER,
      duration_ms INTEGER,
      status TEXT NOT NULL,
      error_message TEXT
    ) STRICT;
    CREATE INDEX sync_operations_recent ON sync_operations (repository_id, id);
    """)
}
