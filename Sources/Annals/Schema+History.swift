internal import SQL

extension Schema {
  /// What is remembered of runs: the last of them, and of all that ever were what they add up to.
  ///
  /// The sums are kept by the database itself, whoever adds a run, and outlive the runs: who wants
  /// to know them need not read a year of runs, nor be there before the oldest are forgotten.
  static let history = Schema(
    mark: 0x7334_6C68,
    """
    CREATE TABLE run (
      number INTEGER PRIMARY KEY,
      id TEXT,
      job TEXT,
      -- Nanoseconds since 1970, and nanoseconds.
      started INTEGER NOT NULL,
      duration INTEGER NOT NULL,
      status INTEGER NOT NULL,
      files INTEGER NOT NULL,
      copied INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      -- The record as it was written.
      summary TEXT NOT NULL
    ) STRICT;

    CREATE INDEX run_of_job ON run (job, number);
    """,
    """
    -- What the record says as well. Only who reads it can tell, so it stands here for the sums.
    ALTER TABLE run ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE run ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
    -- Whether it only said what it would do.
    ALTER TABLE run ADD COLUMN dry INTEGER NOT NULL DEFAULT 0;

    UPDATE run SET
      deleted = coalesce(CAST(json_extract(summary, '$.deleted_files') AS INTEGER), 0),
      bytes = coalesce(CAST(json_extract(summary, '$.bytes_copied') AS INTEGER), 0),
      dry = coalesce(json_extract(summary, '$.dry') = 1, 0)
    WHERE json_valid(summary);

    CREATE TABLE tally (
      -- Empty where a run was of no job.
      job TEXT NOT NULL,
      status INTEGER NOT NULL,
      -- The runs that took no more than this many nanoseconds, and more than the bound below.
      bound INTEGER NOT NULL,
      runs INTEGER NOT NULL,
      duration INTEGER NOT NULL,
      copied INTEGER NOT NULL,
      deleted INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      -- When the last of them ended.
      ended INTEGER NOT NULL,
      PRIMARY KEY (job, status, bound)
    ) STRICT, WITHOUT ROWID;

    -- A run, as far as it is added up.
    CREATE VIEW figure AS
    SELECT number, coalesce(job, '') AS job, status,
      CASE
        WHEN duration <= 100000000 THEN 100000000
        WHEN duration <= 500000000 THEN 500000000
        WHEN duration <= 1000000000 THEN 1000000000
        WHEN duration <= 5000000000 THEN 5000000000
        WHEN duration <= 15000000000 THEN 15000000000
        WHEN duration <= 60000000000 THEN 60000000000
        WHEN duration <= 300000000000 THEN 300000000000
        WHEN duration <= 900000000000 THEN 900000000000
        WHEN duration <= 3600000000000 THEN 3600000000000
        WHEN duration <= 14400000000000 THEN 14400000000000
        ELSE 9223372036854775807
      END AS bound,
      duration, copied, deleted, bytes, failed, started + duration AS ended
    FROM run WHERE NOT dry;

    INSERT INTO tally (job, status, bound, runs, duration, copied, deleted, bytes, failed, ended)
    SELECT job, status, bound, count(*), sum(duration), sum(copied), sum(deleted), sum(bytes),
      sum(failed), max(ended)
    FROM figure GROUP BY job, status, bound;

    CREATE TRIGGER run_is_tallied AFTER INSERT ON run BEGIN
      INSERT INTO tally (job, status, bound, runs, duration, copied, deleted, bytes, failed, ended)
      SELECT job, status, bound, 1, duration, copied, deleted, bytes, failed, ended
      FROM figure WHERE number = NEW.number
      ON CONFLICT DO UPDATE SET
        runs = runs + 1, duration = duration + excluded.duration,
        copied = copied + excluded.copied, deleted = deleted + excluded.deleted,
        bytes = bytes + excluded.bytes, failed = failed + excluded.failed,
        ended = max(ended, excluded.ended);
    END;
    """)
}
