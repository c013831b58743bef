import Core
import Glibc
import Support
import System
import Testing

/// The tool over real folders. Nothing waits for a time: each test waits for an event.
@Suite struct ToolTests {
  @Test(
    "after a storm, whoever followed the events knows what a listing knows",
    arguments: [
      "mkdir d && cd d && seq -f %g 300 | xargs touch && cd .. && mv d top/",
      "cd top; for a in 1 2 3 4 5 6 7 8 9; do mkdir -p $a/x/y; seq -f $a/x/y/%g 99 | xargs touch; "
        + "done; rm -rf 3 5/x",
      "cd top; echo 0 >f0; mkdir d0; echo a >d0/a; for n in 1 2 3 4 5 6 7 8 9; do "
        + "mv f$((n - 1)) f$n; mv d$((n - 1)) d$n; echo b >d$n/b$n; done",
      "mkdir -p a/b/c && seq -f a/b/c/%g 99 | xargs touch && cp -rp a top/ && mv top/a/b top/ && "
        + "rm -rf top/a && ln -s b top/link && mkfifo top/fifo && chmod 700 top/b/c/7",
      "cd top; git init -q --bare ../r; git clone -q ../r w; cd w; mkdir s; seq 9 | "
        + "split -l 1 - s/; git add .; git -c user.name=a -c user.email=b commit -qm c; "
        + "git push -q; cd ..; git clone -q ../r v; rm -rf w",
    ])
  func storms(_ script: String) throws {
    let session = try Session(before: "mkdir top/old; echo 1 >top/old/file")
    try session.begin()
    session.shell("(\(script)) 2>err || { cat err; exit 1; }")
    try session.catchUp()
    #expect(try session.follower.files == session.truth())
    #expect(try session.end() == .signalled(SIGTERM))
    #expect(session.lines.last?.contains(#""complete":true"#) == true)
  }

  @Test("when the kernel had to drop notices, all is listed anew")
  func overflow() throws {
    let session = try Session()
    try session.begin()
    let most = try #require(Notices.limit("max_queued_events"))
    kill(session.process.identifier, SIGSTOP)
    session.shell("mkdir top/d; cd top; seq -f %g \(most / 2 + 500) | xargs touch; rm -rf d")
    kill(session.process.identifier, SIGCONT)
    try session.hear(until: #""complete":false"#)
    #expect(try session.hear()?.contains(#""view":"listing""#) == true)
    try session.begin()
    try session.catchUp()
    #expect(try session.follower.files == session.truth())
  }

  @Test("a root that goes is waited for, and never an empty listing")
  func rootGone() throws {
    let session = try Session(before: "echo 1 >top/a")
    try session.begin()
    session.shell("mv top away")
    try session.hear(until: #""complete":false"#)
    session.shell("mkdir new; echo 2 >new/b; mv new top")
    #expect(try session.hear()?.contains(#""view":"listing""#) == true)
    #expect(try session.hear()?.contains(#""path":"b""#) == true)
    try session.begin()
    try session.catchUp()
    #expect(try session.follower.files == session.truth())
    session.shell("mkdir inner; mv top inner/; mv inner/top .")
    try session.hear(until: #""complete":false"#)
    try session.begin()
    #expect(try session.follower.files == session.truth())
  }

  @Test("a folder above the root that moves takes the root away")
  func movedAbove() throws {
    let session = try Session(
      ["--listing", "up/top"], before: "mkdir up; mv top up; echo >up/top/a")
    try session.begin()
    session.shell("mv up away")
    try session.hear(until: #""complete":false"#)
    session.shell("mv away up")
    try session.begin()
    #expect(Set(session.follower.files.keys) == ["a"])
  }

  @Test("between roots, a move is a create there and a remove here")
  func severalRoots() throws {
    let session = try Session(
      ["top", "other"], before: "mkdir other; echo 12 >top/a; mkdir top/d; echo 1 >top/d/e")
    try session.begin()
    #expect(!session.lines[0].contains(#""root""#))
    session.shell("mv top/a top/d other/")
    try session.hear(until: #""path":"d/","event":"remove""#)
    let told = session.follower.told.filter { $0 != "head" }
    #expect(
      told == ["create a 3", "remove a", "create d/", "create d/e 2", "remove d/"])
    #expect(session.lines[1].contains("/other\",\"path\""))
  }

  @Test("a root that is not there, and roots in each other, are refused")
  func refused() {
    let sandbox = Sandbox()
    _ = sandbox.shell("mkdir -p a/b")
    #expect(sandbox.run(["s4l-watch", "nowhere"]).status == 66)
    #expect(sandbox.run(["s4l-watch", "a", "a/b"]).status == 64)
    #expect(sandbox.run(["s4l-watch", "a", "--events", "create,wrote"]).status == 64)
  }

  @Test(
    "a limit that is reached is named, with a value to set",
    arguments: [
      ("inotify_add_watch:error=ENOSPC:when=2+", "max_user_watches"),
      ("inotify_init1:error=EMFILE", "max_user_instances"),
    ])
  func limits(_ fault: String, _ name: String) {
    let sandbox = Sandbox()
    _ = sandbox.shell("mkdir -p a/b")
    let outcome = sandbox.run(
      ["strace", "-qq", "-o", "trace", "-e", "inject=" + fault] + ["s4l-watch", "a"])
    #expect(outcome.status == 75)
    #expect(outcome.complaint.contains("sysctl fs.inotify.\(name)="))
  }

  @Test("a folder that may not be read is a hole")
  func hole() throws {
    let session = try Session(["top"], before: "mkdir top/shut; chmod 0 top/shut")
    #expect(try session.hear()?.contains("head") == true)
    #expect(try session.hear()?.contains(#""hole","path":"shut/","kind":"refused""#) == true)
    try session.catchUp()
  }

  @Test("with --poll, listings are compared")
  func poll() throws {
    let session = try Session(
      ["--poll", "20ms", "--listing", "top"], before: "echo 1 >top/a; echo 1 >top/b")
    try session.begin()
    session.shell("rm top/a; echo 22 >top/b; mkdir top/c; echo 3 >top/c/d")
    try session.catchUp()
    #expect(try session.follower.files == session.truth())
    #expect(session.follower.told.contains("write b 3"))
    session.shell("mv top away")
    try session.hear(until: #""complete":false"#)
    session.shell("mv away top")
    #expect(try session.hear()?.contains(#""view":"listing""#) == true)
    try session.begin()
    #expect(try session.follower.files == session.truth())
    #expect(try session.end() == .signalled(SIGTERM))
  }

  @Test("presets choose what is told and what is listed")
  func presets() throws {
    let session = try Session(
      ["--listing", "--preset", "images", "--preset", "clutter", "top"],
      before: "touch top/a.JPG top/b.mkv top/.c.png")
    try session.begin()
    session.shell("cd top; touch d.heic e.txt; mkdir .f g; touch .f/h.png g/i.png; touch last.gif")
    try session.hear(until: "last.gif")
    #expect(Set(session.follower.files.keys) == ["a.JPG", "d.heic", "g/i.png", "last.gif"])
    #expect(session.lines[0].contains(#""only=images","hidden=no""#))
  }

  @Test("when its reader goes, it ends, though nothing happens")
  func readerGone() {
    let sandbox = Sandbox()
    let outcome = sandbox.shell(
      "mkdir top; (s4l-watch top; echo $? >status) | head -n 1; cat status")
    #expect(outcome.text.hasSuffix("141\n"))
  }
}
