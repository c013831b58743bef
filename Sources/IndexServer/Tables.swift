internal import Postgres

/// What the server holds.
///
/// A path stands in two columns: as a text for people and for other programs, in which what is not
/// UTF-8 is replaced, and as the bytes that it is, by which it is found and sorted. A row of an
/// index has less room than a path may take, so the index holds the first thousand bytes, and for
/// longer paths a digest of the whole. `mod_time` keeps microseconds; `mtime_ns` are all the
/// nanoseconds of its second.
///
/// Records do not refer to their repository by a constraint, which would be asked for every row:
/// `put` asks once for all of its rows, in a turn in which nobody else can remove it.
extension Schema {
  static let index = Schema(
    mark: Turn.key,
    """
    CREATE TABLE repositories (
      id uuid PRIMARY KEY,
      name text COLLATE "C" NOT NULL UNIQUE,
      path bytea NOT NULL,
      area bytea NOT NULL,
      generation bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL
    );

    CREATE TABLE file_records (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      repository_id uuid NOT NULL,
      file_path text COLLATE "C" NOT NULL,
      path_bytes bytea NOT NULL,
      file_size bigint NOT NULL,
      mod_time timestamptz NOT NULL,
      mtime_ns bigint NOT NULL,
      content_hash text COLLATE "C",
      last_scanned timestamptz NOT NULL,
      scan_generation bigint NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX file_records_path ON file_records (
      repository_id,
      substring(path_bytes, 1, 1000),
      (CASE WHEN octet_length(path_bytes) > 1000 THEN sha256(path_bytes) ELSE '' END));

    CREATE TABLE sync_operations (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      repository_id uuid NOT NULL REFERENCES repositories ON DELETE CASCADE,
      operation_type text NOT NULL,
      files_scanned bigint NOT NULL DEFAULT 0,
      files_added bigint NOT NULL DEFAULT 0,
      files_updated bigint NOT NULL DEFAULT 0,
      files_removed bigint NOT NULL DEFAULT 0,
      start_time timestamptz NOT NULL,
      end_time timestamptz,
      duration_ms bigint,
      status text NOT NULL,
      error_message text
    );
    CREATE INDEX sync_operations_recent ON sync_operations (repository_id, id);
    """)
}
