import Core
import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// The whole of SyncStrm: a drive becomes a library, by each of its three strategies.
@Suite("From a drive to a library") struct LibraryTests {
  @Test("a full run writes all, a second one nothing, and a third removes what is gone")
  func full() throws {
    let cinema = try Cinema("full")
    let first = cinema.run("movies")
    #expect(cinema.files() == Cinema.films(Cinema.all))
    #expect(first["uploaded_files"] as? Int == 24 && first["job"] as? String == "movies")
    let told = try cinema.told()
    #expect(told.count == 24 && told.contains("Created /media/Film 01/Film 01.strm"), "\(told)")
    let times = "find library -type f ! -path '*/.s4l/*' -printf '%p %T@ %C@\\n' | sort"
    let before = cinema.sandbox.shell(times).text
    #expect(before.contains("Film 03.srt 1714979289.0"))
    let second = cinema.run("movies")
    #expect(second["uploaded_files"] as? Int == 0 && second["deleted_files"] as? Int == 0)
    #expect(cinema.sandbox.shell(times).text == before)
    #expect(try cinema.told().isEmpty)
    cinema.shell("rm -r 'drive/movies/Film 04' && echo mine >'library/Film 05/poster.jpg'")
    cinema.shell("printf 'new words' >'drive/movies/Film 06/Film 06.srt'")
    let third = cinema.run("movies")
    #expect(third["deleted_files"] as? Int == 2 && third["uploaded_files"] as? Int == 1)
    var left = Cinema.films(Cinema.all.filter { $0 != "04" })
    left["Film 05/poster.jpg"] = "mine"
    left["Film 06/Film 06.srt"] = "new words"
    #expect(cinema.files() == left)
    let changes = try cinema.told()
    #expect(changes.count == 3 && changes.count { $0.hasPrefix("Deleted ") } == 2, "\(changes)")
    let history = cinema.sandbox.run(["s4l-run", "--history", "movies"])
    #expect(Site.records(history.text).count == 3, "\(history)")
  }

  @Test("a dry run says what it would do, and neither does nor tells it")
  func dry() throws {
    let cinema = try Cinema("full")
    let outcome = cinema.sandbox.run(["s4l-run", "--dry-run", "movies"])
    #expect(outcome.status == 0 && outcome.complaint.contains("+ Film 01/Film 01"), "\(outcome)")
    #expect(cinema.files().isEmpty)
    #expect(try cinema.told().isEmpty)
  }

  @Test("skip-existing adds what is missing, and looks at nothing that is there")
  func skipping() throws {
    let cinema = try Cinema("skip-existing")
    #expect(cinema.run("movies")["uploaded_files"] as? Int == 24)
    #expect(cinema.files() == Cinema.films(Cinema.all))
    _ = try cinema.told()
    cinema.shell(
      """
      echo mine >'library/Film 01/Film 01.strm'; echo changed >'drive/movies/Film 02/Film 02.srt'
      rm 'library/Film 03/Film 03.strm'; rm -r 'drive/movies/Film 04'
      """)
    #expect(cinema.run("movies")["uploaded_files"] as? Int == 1)
    var left = Cinema.films(Cinema.all)
    left["Film 01/Film 01.strm"] = "mine"
    #expect(cinema.files() == left)
    #expect(
      try cinema.told().map { $0.split(separator: " ", maxSplits: 1).last ?? "" } == [
        "/media/Film 03/Film 03.strm"
      ])
  }

  @Test("by events, only what they name is touched; without any there is nothing to do")
  func incremental() throws {
    let cinema = try Cinema("incremental")
    let nothing = cinema.run("movies")
    #expect(nothing["uploaded_files"] as? Int == 0 && nothing["status"] as? Int == 0)
    cinema.tell([
      ("create", "Film 01/Film 01.mkv", nil), ("create", "Film 01/Film 01.srt", nil),
      ("write", "Film 02/Film 02.mkv", nil), ("create", "Film 02/readme.txt", nil),
    ])
    #expect(cinema.run("movies")["uploaded_files"] as? Int == 3)
    #expect(cinema.waiting == 0)
    var there = Cinema.films(["01"])
    there["Film 02/Film 02.strm"] = Cinema.films(["02"])["Film 02/Film 02.strm"]
    #expect(cinema.files() == there)
    #expect(try cinema.told().count == 3)
    // A folder that came, one that went, a film that got another name.
    cinema.shell(
      """
      rm -r 'drive/movies/Film 01'
      mv 'drive/movies/Film 02/Film 02.mkv' 'drive/movies/Film 02/Film 02b.mkv'
      """)
    cinema.tell([
      ("create", "Film 03/", nil), ("remove", "Film 01/", nil),
      ("rename", "Film 02/Film 02.mkv", "Film 02/Film 02b.mkv"),
    ])
    cinema.run("movies")
    there = Cinema.films(["03"])
    there["Film 02/Film 02b.strm"] = "http://player/movies/Film%2002/Film%2002b.mkv"
    #expect(cinema.files() == there)
    #expect(cinema.waiting == 0)
  }

  @Test("events that cannot be acted on now are kept for the next run")
  func kept() throws {
    let cinema = try Cinema("incremental")
    cinema.tell([("create", "Film 01/Film 01.mkv", nil)])
    cinema.shell("rmdir library && echo >library")
    let failed = cinema.sandbox.run(["s4l-run", "movies"])
    #expect(failed.status != 0 && failed.status != 1, "\(failed)")
    #expect(cinema.waiting == 1)
    #expect(failed.complaint.contains("1 events are kept for the next run"), "\(failed)")
    cinema.tell([("create", "Film 02/Film 02.mkv", nil)])
    cinema.shell("rm library && mkdir library")
    cinema.run("movies")
    #expect(cinema.waiting == 0 && cinema.files().count == 2)
  }

  @Test("a full run that ends well has done what events ask for, one that does not keeps them")
  func covered() throws {
    let cinema = try Cinema("full")
    cinema.tell([("create", "Film 01/Film 01.mkv", nil)])
    cinema.shell("rmdir library && echo >library")
    #expect(cinema.sandbox.run(["s4l-run", "movies"]).status != 0)
    #expect(cinema.waiting == 1)
    cinema.shell("rm library && mkdir library")
    cinema.run("movies")
    #expect(cinema.waiting == 0 && cinema.files() == Cinema.films(Cinema.all))
  }

  @Test("a task acts on events if there are any, else it runs the job, unless it says how")
  func tasks() throws {
    let cinema = try Cinema("full")
    func work(_ payload: String, status: Int32 = 0) {
      cinema.post.run(
        "s4l-run", "--task", environment: ["S4L_TASK_TYPE=library"], stdin: payload,
        status: status)
    }
    cinema.tell([("create", "Film 01/Film 01.mkv", nil)])
    work(#"{"job":"movies"}"#)
    #expect(cinema.files().count == 1 && cinema.waiting == 0)
    work(#"{"job":"movies","strategy":"incremental"}"#)
    #expect(cinema.files().count == 1)
    cinema.tell([("create", "Film 01/Film 01.mkv", nil)])
    work(#"{"job":"movies","strategy":"full"}"#)
    #expect(cinema.files() == Cinema.films(Cinema.all) && cinema.waiting == 0)
    cinema.shell("rm -r library/Film*")
    work(#"{"job":"movies"}"#)
    #expect(cinema.files() == Cinema.films(Cinema.all))
    work(#"{"job":"nobody"}"#, status: 64)
    work(#"{"job":1}"#, status: 65)
  }
}

/// Several runs at a time, and runs that come to grief.
@Suite("Libraries side by side", .serialized) struct LibrariesTests {
  private static let three = [
    ("a", "/movies", "library/a", ""), ("b", "/movies", "library/b", ""),
    ("c", "/series", "library/c", ""),
  ]

  @Test("two workers run the libraries that were queued one at a time")
  func queued() throws {
    let cinema = try Cinema(jobs: Self.three)
    for job in ["a", "b", "c", "a"] { cinema.run("--enqueue", job) }
    #expect(cinema.post.run("s4l-queue", "ls", "--queue", "library").count == 3)
    cinema.post.run(
      "s4l-queue", "push", "--type", "library", "--queue", "library", "--serial", "library",
      #"{"job":"c"}"#)
    for _ in 1...2 { try cinema.post.work() }
    #expect(until { cinema.post.isIdle("library") }, "\(cinema.post.said(0))")
    let history = cinema.post.run("s4l-run", "--history")
    #expect(history.count == 4 && history.allSatisfy { $0["status"] as? Int == 0 }, "\(history)")
    for library in ["a", "b"] {
      #expect(cinema.files("library/\(library)") == Cinema.films(Cinema.all))
    }
    #expect(cinema.files("library/c").count == 3)
    // Nobody began while another was at it: workers keep the serial key of a task meanwhile.
    let said = (0...1).map { cinema.post.said($0) }.joined()
    #expect(!said.contains("is at it"), "\(said)")
  }

  @Test("a library inside of another waits for it, or is told to come later")
  func nested() throws {
    let cinema = try Cinema(
      jobs: [("outer", "/movies", "library", ""), ("inner", "/series", "library/tv", "")])
    _ = try cinema.server.ask(["mode": "hang"])
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let outer = try cinema.sandbox.start(
      ["s4l-run", "outer"], stdin: null, stdout: null, stderr: null)
    // It is at its end, and told the server, which does not answer.
    _ = try cinema.told(atLeast: 1)
    let refused = cinema.sandbox.run(["s4l-run", "inner"])
    #expect(refused.status == 75 && refused.complaint.contains("is at it"), "\(refused)")
    _ = try cinema.server.ask(["mode": "well"])
    cinema.run("inner", "--wait", "60s")
    #expect(try outer.wait() == .exited(0))
    #expect(cinema.files("library/tv").count == 3)
  }

  @Test("a run that is killed harms nothing, and run again it completes its work")
  func killed() throws {
    let cinema = try Cinema("full")
    var dice = SystemRandomNumberGenerator()
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    for round in 0..<12 {
      cinema.shell("rm -rf library && mkdir library")
      let run = try cinema.sandbox.start(
        ["s4l-run", "movies"], stdin: null, stdout: null, stderr: null)
      usleep(UInt32.random(in: 1_000...80_000, using: &dice))
      if round % 2 == 0 { kill(run.identifier, SIGKILL) } else { run.killGroup() }
      _ = try run.wait()
      // What is there is whole, under a name of its own.
      let expected = Cinema.films(Cinema.all)
      cinema.run("movies", "--wait", "60s")
      #expect(cinema.files() == expected)
      #expect(cinema.run("movies")["uploaded_files"] as? Int == 0)
    }
  }
}
