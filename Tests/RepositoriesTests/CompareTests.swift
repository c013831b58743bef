import Foundation
import Support
import Testing

/// Comparisons, as runs of their own.
@Suite("Repositories that are compared") struct CompareTests {
  @Test("the first run is the startup, later ones find what changed, a dry one changes nothing")
  func runs() {
    let estate = Estate("one")
    estate.shell("mkdir -p one/d; echo a >one/a; echo b >one/d/b; echo x >one/x.tmp")
    func run(_ options: String = "", status: Int32 = 0) -> [String: Any] {
      Estate.records(estate.shell("s4l-run \(options) one", status: status)).first ?? [:]
    }
    let dry = run("-n")
    #expect(dry["files_added"] as? Int == 2 && dry["dry"] as? Bool == true)
    #expect(estate.history("one").isEmpty)
    let first = run()
    #expect(first["operation_type"] as? String == "startup")
    #expect(first["total_files"] as? Int == 2 && first["files_added"] as? Int == 2)
    #expect(estate.isTrue("one"))
    estate.shell("echo aa >one/a; rm one/d/b; echo c >one/c; echo e >one/e")
    let second = run()
    #expect(second["operation_type"] as? String == "reconciliation")
    #expect(second["files_added"] as? Int == 2 && second["files_updated"] as? Int == 1)
    #expect(second["files_removed"] as? Int == 1 && second["job"] as? String == "one")
    #expect(estate.isTrue("one"))
    // More than half is not forgotten without being told so.
    estate.shell("rm one/a one/c")
    #expect(run(status: 1)["files_removed"] as? Int == 0)
    #expect(run("--max-delete 2")["files_removed"] as? Int == 2)
    #expect(estate.isTrue("one"))
    #expect(Estate.records(estate.shell("s4l-run --history one")).count == 5)
  }

  @Test("an area is what is listed, and types and filters leave out what is not meant")
  func scope() {
    let estate = Estate(
      "one",
      keys: "area = \"user\"\ntypes = [\"images\"]\nfilters = [\"/raw/\"]\nignore_clutter = false")
    estate.shell("mkdir -p one/user/raw; cd one; echo a >d.jpg; cd user; cp ../d.jpg a.jpg")
    estate.shell("cd one/user; cp a.jpg b.txt; cp a.jpg raw/c.jpg")
    estate.shell("s4l-run one")
    let paths = Estate.records(estate.shell("s4l-index list one")).map { $0["path"] as? String }
    #expect(paths == ["a.jpg"])
  }

  @Test("several are compared side by side, and one that cannot be fails alone")
  func several() {
    let estate = Estate("one", "two", "gone")
    estate.shell("echo a >one/a; echo b >two/b; rmdir gone")
    let outcome = estate.sandbox.run(["s4l-run", "--repositories"])
    #expect(outcome.status == 66, "\(outcome)")
    let jobs = Estate.records(outcome.text).compactMap { $0["job"] as? String }
    #expect(jobs.sorted() == ["gone", "one", "two"])
    #expect(estate.isTrue("one") && estate.isTrue("two"))
    #expect(estate.sandbox.run(["s4l-run", "two", "one"]).status == 0)
    #expect(estate.history("one").count == 2)
  }

  @Test("a comparison stays within its share of a processor, as a whole")
  func share() throws {
    let estate = Estate("one", keys: "max_cpu_percent = 20")
    estate.shell("for i in $(seq 1 300); do head -c 20000 /dev/zero >one/f$i; done")
    let script = """
      import resource, subprocess, time
      begun = time.monotonic()
      subprocess.run(['s4l-run', 'one'], check=True, stdout=subprocess.DEVNULL)
      used = resource.getrusage(resource.RUSAGE_CHILDREN)
      print((used.ru_utime + used.ru_stime) / (time.monotonic() - begun))
      """
    let outcome = estate.sandbox.run(["python3", "-c", script])
    let share = try #require(Double(outcome.text.dropLast()), "\(outcome)")
    #expect(share < 0.2)
    #expect(estate.isTrue("one"))
  }
}
