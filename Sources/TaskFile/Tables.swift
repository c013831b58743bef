internal import SQL
internal import Tasks

/// What the file holds.
///
/// Every task is one row from when it is queued until it is forgotten. One index, `standing`, has
/// the tasks of a queue by state and, within it, by rank: the order in which they leave the state.
/// It serves taking, advancing, sweeping and listing alike, so that a step from one state to the
/// next costs one row and one entry.
extension Schema {
  static let tasks = Schema(
    mark: 0x7334_6C71,
    """
    -- The number that was given out last. They only grow, so none ever means two things.
    CREATE TABLE ticket (last INTEGER NOT NULL) STRICT;
    INSERT INTO ticket VALUES (0);

    CREATE TABLE queue (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      paused INTEGER,
      processed INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    -- Tries that have ended on a day in UTC, counted from 1970-01-01.
    CREATE TABLE day (
      queue INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE,
      day INTEGER NOT NULL,
      processed INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (queue, day)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE task (
      row INTEGER PRIMARY KEY,
      queue INTEGER NOT NULL REFERENCES queue,
      id TEXT NOT NULL,
      state INTEGER NOT NULL,
      -- Of what is ready or being worked: its place in the queue. Otherwise a moment: when it
      -- becomes ready, when it was given up, until when it is kept.
      rank INTEGER NOT NULL,
      -- Since when it has been ready.
      since INTEGER,
      -- Of an active task: the ticket of its taking, and until when it is its taker's.
      take INTEGER,
      lease INTEGER,
      -- 1 if its worker is asked to give it up, 2 if for good.
      cancel INTEGER NOT NULL DEFAULT 0,
      -- The lock that it holds, and until when at most.
      lock TEXT,
      until INTEGER,
      serial TEXT,
      retries INTEGER NOT NULL,
      retried INTEGER NOT NULL,
      timeout INTEGER NOT NULL,
      deadline INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      retention INTEGER NOT NULL,
      completed INTEGER NOT NULL,
      type TEXT NOT NULL,
      reason TEXT NOT NULL,
      unique_key TEXT NOT NULL,
      group_key TEXT NOT NULL,
      headers BLOB,
      unknown BLOB,
      payload BLOB,
      result BLOB
    ) STRICT;
    CREATE UNIQUE INDEX identity ON task (id, queue);
    CREATE INDEX standing ON task (queue, state, rank);
    CREATE UNIQUE INDEX lock ON task (queue, lock) WHERE lock IS NOT NULL;
    CREATE INDEX serial ON task (queue, serial, state, rank) WHERE serial IS NOT NULL;
    CREATE INDEX cancel ON task (cancel) WHERE cancel > 0;

    -- Of tasks that share a serial key, one at most is ready or being worked (states 0 and 1).
    -- Those behind it (state 6) follow in turn when it has left.
    CREATE TRIGGER follow AFTER UPDATE OF state ON task
    WHEN OLD.serial IS NOT NULL AND OLD.state IN (0, 1) AND NEW.state NOT IN (0, 1)
    BEGIN
      UPDATE task SET state = 0 WHERE row = (
        SELECT row FROM task WHERE queue = OLD.queue AND serial = OLD.serial AND state = 6
        ORDER BY rank LIMIT 1);
    END;
    CREATE TRIGGER follow_removed AFTER DELETE ON task
    WHEN OLD.serial IS NOT NULL AND OLD.state IN (0, 1)
    BEGIN
      UPDATE task SET state = 0 WHERE row = (
        SELECT row FROM task WHERE queue = OLD.queue AND serial = OLD.serial AND state = 6
        ORDER BY rank LIMIT 1);
    END;

    CREATE TABLE worker (
      id TEXT PRIMARY KEY,
      expires INTEGER NOT NULL,
      host TEXT NOT NULL,
      process INTEGER NOT NULL,
      width INTEGER NOT NULL,
      weights BLOB,
      strict INTEGER NOT NULL,
      status TEXT NOT NULL,
      started INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE hand (
      worker TEXT NOT NULL REFERENCES worker ON DELETE CASCADE,
      row INTEGER NOT NULL,
      started INTEGER NOT NULL,
      ends INTEGER NOT NULL,
      PRIMARY KEY (worker, row)
    ) STRICT, WITHOUT ROWID;
    """)
}

/// A state as the file has it. These numbers are also in the statements.
enum Place {
  static let pending = 0
  static let active = 1
  /// Ready but for another of its serial key.
  static let behind = 6

  static func number(_ state: State) -> Int {
    switch state {
    case .pending: pending
    case .active: active
    case .scheduled: 2
    case .retry: 3
    case .archived: 4
    case .completed: 5
    // Nothing is gathered in a file.
    case .aggregating: 7
    }
  }

  static func state(_ number: Int) -> State {
    switch number {
    case active: .active
    case 2: .scheduled
    case 3: .retry
    case 4: .archived
    case 5: .completed
    case 7: .aggregating
    default: .pending
    }
  }
}
