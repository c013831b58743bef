import Core
import Doubles
import Glibc
import Support
import System
import Testing
import Values

/// Numbers of runs that were before s4l-metrics was.
@Suite(.serialized) struct YearTests {
  private let sandbox = Sandbox()

  /// What the program tells of runs, once Python has made the history.
  private func told(_ history: String) throws -> [String] {
    let text = try Python.run(
      YearTests.prelude + history + YearTests.asking, ["\(sandbox.folder)", "\(House.products)"])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let prelude = #"""
    import http.client, json, os, sqlite3, subprocess, sys
    folder, products = sys.argv[1:]
    os.chdir(folder)
    environment = {**os.environ, "XDG_STATE_HOME": folder + "/state"}
    place = "state/s4l/history.db"
    with open("c.toml", "w") as file:
        file.write("[[sync_jobs]]\nid = 'a'\nsource_path = 'from'\ndestination_path = 'to'\n")
    os.makedirs("from")
    # One that only says what it would do makes the file, and counts for nothing.
    subprocess.run([products + "/s4l-run", "--config=c.toml", "a", "--dry-run"], env=environment,
        check=True, stdout=subprocess.DEVNULL)
    history = sqlite3.connect(place)
    bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400]
    spans = [0] + [int(bound * 10**9) + more for bound in bounds for more in (0, 1)]
    def runs(start, count):
        for number in range(start, start + count):
            # Every job has every span and every status; some only say what they would do.
            bytes, deleted, dry = number, number % 7, number % 11 == 0
            summary = {"bytes_copied": bytes, "deleted_files": deleted}
            if dry: summary["dry"] = True
            text = json.dumps(summary, separators=(",", ":"))
            yield (f"r{number}", [None, "a", "b\"c", "é"][number % 4], number * 10**9 + number,
                spans[number // 4 % len(spans)], [0, 1, 2, 75, 0][number % 5], 3, 2,
                number % 3, text, deleted, bytes, dry)
    columns = "id, job, started, duration, status, files, copied, failed, summary, " \
        "deleted, bytes, dry"
    def add(start, count):
        history.executemany(
            f"INSERT INTO run ({columns}) VALUES ({','.join('?' * 12)})",
            runs(start, count))
        history.commit()

    """#

  private static let asking = #"""

    class Server:
        def __enter__(self):
            self.process = subprocess.Popen(
                [products + "/s4l-metrics", "--config=c.toml", "--listen=127.0.0.1:0",
                "--url=queue.db"], env=environment, stderr=subprocess.PIPE, text=True)
            self.port = int(self.process.stderr.readline().strip().rsplit(":", 1)[1])
            return self
        def __exit__(self, *_):
            self.process.kill()
            self.process.wait()
        def get(self, path):
            c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            c.request("GET", path)
            return c.getresponse().read().decode()
        def numbers(self):
            def plain(line):
                # The order in which fractions are added shows in their last digits.
                key, value = line.rsplit(" ", 1)
                return f"{key} {float(value):.6f}" if "_sum" in key else line
            return sorted(plain(line) for line in self.get("/metrics").splitlines()
                if line.startswith("s4l_sync_"))
    with Server() as server:
        first = server.numbers()
        if "later" in globals():
            later()
            first = server.numbers()
        state = json.loads(server.get("/api/state"))
    with Server() as server:
        assert server.numbers() == first, "the next one tells otherwise"
        again = json.loads(server.get("/api/state"))
        for told in (state, again): told["now"] = told["daemon"] = 0
        assert again == state, "the next one shows otherwise"
    print("\n".join(first))
    print(json.dumps(state["runs"][-60:]))
    """#

  private static let all = "add(1, 2000)\n"

  @Test("what runs add up to is the same, whether they are counted one by one or all at once")
  func alike() throws {
    let atOnce = try told(YearTests.all)
    let other = YearTests()
    let oneByOne = try other.told(
      "def later():\n    for part in range(4): add(1 + 500 * part, 500); server.numbers()\n")
    #expect(atOnce == oneByOne)
    #expect(atOnce.count > 60)
    // Of those that took no time at all, or just as long as the first bound.
    let quick = (1...2_000).count { $0 % 4 == 1 && $0 % 11 != 0 && $0 / 4 % 21 < 2 }
    let line = "s4l_sync_operation_duration_seconds_bucket{job=\"a\",le=\"0.1\"} \(quick)"
    #expect(atOnce.contains(line))
  }

  @Test("runs that are forgotten by now are counted as well")
  func forgotten() throws {
    let all = try told(YearTests.all)
    let other = YearTests()
    let fewer = try other.told(
      YearTests.all + "history.execute('DELETE FROM run WHERE number < 1900'); history.commit()\n")
    #expect(fewer.dropLast() == all.dropLast())
  }

  @Test("a history that was kept before there were sums gets them")
  func older() throws {
    let all = try told(YearTests.all)
    let other = YearTests()
    let grown = try other.told(
      YearTests.all + #"""
        for name in ("TRIGGER run_is_tallied", "VIEW figure", "TABLE tally"):
            history.execute("DROP " + name)
        for name in ("deleted", "bytes", "dry"):
            history.execute("ALTER TABLE run DROP COLUMN " + name)
        history.execute("PRAGMA user_version = 1")
        history.commit()
        """#)
    #expect(grown == all)
  }
}
