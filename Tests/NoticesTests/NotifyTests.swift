import Core
import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// The tool as a whole, and a server that listens.
@Suite struct NotifyTests {
  private let everything = [
    outcome("a.mkv", "write", #","target":"a.strm","why":"new""#),
    outcome("b.mkv", "write", #","target":"b.strm","was":{"size":1}"#),
    outcome("c.mkv", "keep", #","target":"c.strm""#),
    outcome("d.mkv", "write", ok: false, #","target":"d.strm""#),
    outcome("e.nfo", "copy"), outcome("f.strm", "delete"), outcome("g.strm", "delete", ok: false),
    #"{"type":"entry","path":"h.txt","size":1}"#,
    #"{"type":"hole","path":"i/","kind":"refused","reason":"no"}"#,
  ]

  private let key = "api_key = \"s3cr3t\"\nmap = [\"/srv=/media\"]"

  @Test("what was done is told with its kind; what was kept or failed is not")
  func kinds() throws {
    let studio = try Studio("jellyfin", key)
    let ran = studio.run(section(everything))
    // Failed outcomes and holes are passed on, and tell in the status.
    #expect(ran.status == 1 && ran.complaint == "", "\(ran)")
    let lines = ran.text.split(separator: "\n")
    #expect(lines.dropFirst().dropLast().elementsEqual(everything) { $0 == $1 })
    let requests = try studio.requests()
    #expect(requests.map(\.path) == ["/Library/Media/Updated"])
    #expect(
      requests.first?.updates == [
        "Created /media/library/a.strm", "Modified /media/library/b.strm",
        "Created /media/library/e.nfo", "Deleted /media/library/f.strm",
      ])
    #expect(requests.first?.headers["x-emby-token"] == "s3cr3t")
    #expect(requests.first?.headers["authorization"] == #"MediaBrowser Token="s3cr3t""#)
    #expect(requests.first?.headers["content-type"] == "application/json")
  }

  @Test("what an event tells of its source is no file of a library")
  func sources() throws {
    let studio = try Studio("jellyfin", "api_key = \"s3cr3t\"")
    #expect(studio.sandbox.shell("mkdir -p out/.s4l; echo >out/.s4l/manifest").status == 0)
    let records = [
      outcome("New.mkv", "delete", #","event":"remove""#), outcome("old.mkv", "delete"),
      outcome("d/", "write", #","event":"create""#), outcome("d/", "copy", #","event":"create""#),
      outcome("a.mkv", "delete", #","target":"a.strm""#), outcome("a.nfo", "copy"),
    ]
    func told(_ folder: String) throws -> [[String]] {
      let ran = studio.sandbox.run(
        ["s4l-notify", folder], stdin: Array(section(records, view: "events").utf8))
      #expect(ran.status == 0, "\(ran)")
      let top = "\(studio.sandbox.folder)/\(folder)/"
      return try studio.requests().map { request in
        request.updates.map { $0.replacingOccurrences(of: top, with: "") }
      }
    }
    #expect(try told("out") == [["Deleted a.strm", "Created a.nfo"]])
    // Where nobody keeps a manifest, events are of the folder itself.
    #expect(try told("plain").first?.contains("Deleted New.mkv") == true)
  }

  @Test("where nothing has changed, nobody is asked for anything")
  func nothing() throws {
    let studio = try Studio("emby", key)
    let records = [outcome("c.mkv", "keep"), outcome("d.mkv", "write", ok: false)]
    #expect(studio.run(section(records)).status == 1)
    #expect(studio.run(section([outcome("c.mkv", "keep")])).status == 0)
    #expect(studio.run(section([])).status == 0)
    #expect(try studio.requests().isEmpty)
  }

  @Test("under a head that says dry, and with --dry-run, nobody is told")
  func dry() throws {
    let studio = try Studio("emby", key)
    let records = [outcome("a.mkv", "write"), outcome("f.strm", "delete")]
    let one = studio.run(section(records, more: #","dry":true"#))
    #expect(one.status == 0 && one.text.contains(#""dry":true"#), "\(one)")
    let two = studio.run(section(records), ["--dry-run"])
    #expect(two.status == 0 && two.text.contains(#""dry":true"#), "\(two)")
    #expect(two.complaint.contains("dry run: 2 changes, nobody is told"))
    #expect(try studio.requests().isEmpty)
  }

  @Test("a section that breaks off has changed what it says all the same")
  func cut() throws {
    let studio = try Studio("emby", key)
    let text = section([outcome("a.mkv", "write")]).split(separator: "\n").dropLast()
    let ran = studio.run(text.joined(separator: "\n") + "\n")
    #expect(ran.status == 65 && ran.text.contains(#""complete":false"#), "\(ran)")
    #expect(try studio.requests().map(\.updates) == [["Created /media/library/a.mkv"]])
  }

  @Test("many changes go in several requests of bounded size")
  func batches() throws {
    let studio = try Studio("jellyfin", key)
    let ran = studio.run(section((0..<1_234).map { outcome("\($0).mkv", "write") }))
    #expect(ran.status == 0, "\(ran)")
    #expect(try studio.requests().map(\.updates.count) == [500, 500, 234])
  }

  @Test("of too many changes the library as a whole is told")
  func whole() throws {
    let studio = try Studio("jellyfin", key)
    let ran = studio.run(section((0..<20_002).map { outcome("\($0).mkv", "write") }))
    #expect(ran.status == 0, "\(ran)")
    let told = try studio.requests().map(\.updates)
    #expect(told == [["Modified /media/library"]])
  }

  @Test("names that are no text are told by the folder above")
  func names() throws {
    let studio = try Studio("jellyfin", key)
    // "x/" and a byte that no text has.
    let record = #"{"type":"outcome","path_bytes":"eC//LnN0cm0=","did":"delete","ok":true}"#
    let odd = outcome("霸王别姬 #1 \\\"q\\\".strm", "write")
    #expect(studio.run(section([record, odd])).status == 0)
    #expect(
      try studio.requests().map(\.updates) == [
        ["Modified /media/library/x", "Created /media/library/霸王别姬 #1 \"q\".strm"]
      ])
  }

  @Test("a path that leads out of the library is nobody's business")
  func outside() throws {
    let studio = try Studio("jellyfin", key)
    let records = ["../a.strm", "/etc/b.strm", "x/../../c.strm"].map { outcome($0, "write") }
    #expect(studio.run(section(records)).status == 0)
    #expect(try studio.requests().isEmpty)
  }

  @Test("of two servers the one that is named is told")
  func chosen() throws {
    let studio = try Studio("emby", key)
    let other = try Studio("emby")
    studio.configure(
      ["den": studio, "hall": other].map { name, studio in
        "[[notify]]\nname = \"\(name)\"\ntype = \"emby\"\nurl = \"\(studio.server.endpoint)\"\n"
      }.joined())
    #expect(studio.run(section([outcome("a", "write")]), ["--server", "hall"]).status == 0)
    #expect(try studio.requests().isEmpty)
    #expect(try other.requests().count == 1)
    #expect(studio.run(section([outcome("a", "write")])).status == 0)
    #expect(try studio.requests().count == 1)
    #expect(try other.requests().count == 1)
    let wrong = studio.run(section([outcome("a", "write")]), ["--server", "hal"])
    #expect(wrong.status == 64 && wrong.complaint.contains("the nearest is hall"), "\(wrong)")
    studio.configure("")
    let nobody = studio.run(section([outcome("a", "write")]))
    #expect(nobody.status == 0 && nobody.complaint == "", "\(nobody)")
  }

  @Test("Emby below a folder of its own is found, and remembered")
  func below() throws {
    let studio = try Studio("emby", mode: "emby", key)
    #expect(studio.run(section((0..<600).map { outcome("\($0)", "write") })).status == 0)
    #expect(
      try studio.requests().map(\.path) == [
        "/Library/Media/Updated", "/emby/Library/Media/Updated", "/emby/Library/Media/Updated",
      ])
  }
}

/// Servers that do not do as they are asked, and never a run that fails for it.
@Suite struct MisfortuneTests {
  private let records = section([outcome("a.mkv", "write"), outcome("b.mkv", "write")])

  @Test(
    "a server that says no, or nothing that makes sense, is a warning",
    arguments: [
      ("refuse", "it does not know us: status 401; check api_key"),
      ("broken", "it answered with status 500"), ("missing", "it answered with status 404"),
      ("drop", ""), ("garbage", ""),
    ])
  func warned(mode: String, words: String) throws {
    let studio = try Studio("emby", mode: mode, "api_key = \"s3cr3t\"")
    let ran = studio.run(records, ["--retries=0"], environment: ["S4L_LOG_LEVEL=trace"])
    #expect(ran.status == 0 && ran.text.split(separator: "\n").count == 4, "\(ran)")
    #expect(ran.complaint.contains("den: it was not told of 2 changes: \(words)"), "\(ran)")
    #expect(!ran.complaint.contains("s3cr3t") && !ran.text.contains("s3cr3t"))
  }

  @Test("a server that is not there is a warning")
  func away() throws {
    let studio = try Studio("emby")
    studio.configure("[[notify]]\nname = \"den\"\ntype = \"kodi\"\nurl = \"http://127.0.0.1:1\"\n")
    let ran = studio.run(records, ["--retries=1"])
    #expect(ran.status == 0 && ran.complaint.contains("den: it was not told of 2"), "\(ran)")
  }

  @Test("a server that is busy is asked again, the same, and then told all")
  func busy() throws {
    let studio = try Studio("jellyfin")
    _ = try studio.server.ask(["busy": 2])
    let ran = studio.run(records)
    #expect(ran.status == 0 && ran.complaint == "", "\(ran)")
    let requests = try studio.requests()
    #expect(requests.count == 3 && Set(requests.map(\.updates)).count == 1)
  }

  @Test("what a server was not told in the end is told once, by name; others hear it all")
  func inVain() throws {
    let studio = try Studio("jellyfin", mode: "broken")
    let other = try Studio("jellyfin")
    studio.configure(
      ["den": studio, "hall": other].map { name, studio in
        "[[notify]]\nname = \"\(name)\"\ntype = \"emby\"\nurl = \"\(studio.server.endpoint)\"\n"
      }.joined())
    let many = (0..<600).map { outcome("f\($0).strm", "write") }
    let ran = studio.run(section(many), ["--retries", "2"])
    #expect(ran.status == 0, "\(ran)")
    let lines = ran.complaint.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].contains("den: it was not told of 600 changes"), "\(ran)")
    #expect(ran.complaint.contains("status 500 (f0.strm, f1.strm, f2.strm and others)"), "\(ran)")
    #expect(try studio.requests().count == 3)
    #expect(try other.requests().map(\.updates.count) == [500, 100])
  }

  @Test("a key that cannot be read is a warning, and the others are told")
  func unreadable() throws {
    let studio = try Studio("emby")
    let one = "[[notify]]\ntype = \"emby\"\nurl = \"\(studio.server.endpoint)\"\nname = "
    studio.configure("\(one)\"bad\"\napi_key_file = \"/nowhere/key\"\n\(one)\"good\"\n")
    let ran = studio.run(records)
    #expect(ran.status == 0 && ran.complaint.contains("bad: it will not be told"), "\(ran)")
    #expect(try studio.requests().count == 1)
  }

  @Test("records never wait for a server that hangs, and the end does not for ever")
  func hanging() throws {
    let studio = try Studio("emby", mode: "hang", "debounce = \"1ms\"")
    let input = try Pipe().release()
    let output = try Pipe().release()
    let process = try studio.sandbox.start(
      ["s4l-notify", "/srv/library"], stdin: input.reader, stdout: output.writer)
    close(input.reader)
    close(output.writer)
    let tool = Conversation(process, input.writer, output.reader)
    tool.say(outcome("a", "write"))
    #expect(tool.hear() == outcome("a", "write"))
    // The server has the request and keeps it.
    #expect(try studio.requests(atLeast: 1).count == 1)
    for number in 0..<500 {
      tool.say(outcome("\(number)", "write"))
      #expect(tool.hear() == outcome("\(number)", "write"))
    }
    tool.hangUp()
    #expect(tool.hear() == nil)
    #expect(try process.wait() == .exited(0))
  }

  @Test("in a stream without an end it is told once it is quiet, and again when more comes")
  func endless() throws {
    let studio = try Studio("emby", "debounce = \"20ms\"")
    let input = try Pipe().release()
    let output = try Pipe().release()
    let process = try studio.sandbox.start(
      ["s4l-notify", "/srv/library"], stdin: input.reader, stdout: output.writer)
    close(input.reader)
    close(output.writer)
    let tool = Conversation(process, input.writer, output.reader)
    for round in 1...2 {
      tool.say(outcome("\(round).strm", "write"))
      #expect(tool.hear() != nil)
      let requests = try studio.requests(atLeast: round)
      #expect(requests.map(\.updates) == [["Created /srv/library/\(round).strm"]])
    }
    tool.hangUp()
    #expect(try process.wait() == .exited(0))
    #expect(try studio.requests().isEmpty)
  }
}

@Suite struct KodiTests {
  private func records(_ paths: [String], _ did: String = "write") -> String {
    section(paths.map { outcome($0, did) })
  }

  @Test("Kodi scans the outermost folders that hold what is new, with user and password")
  func folders() throws {
    let studio = try Studio(
      "kodi", "user = \"kodi\"\npassword = \"s3cr3t\"\nmap = [\"/srv/library=smb://nas/films\"]")
    let ran = studio.run(records(["m/a/1.strm", "m/2.strm", "s/3.strm", "m-old/4.strm"]))
    #expect(ran.status == 0 && ran.complaint == "", "\(ran)")
    let requests = try studio.requests()
    #expect(
      requests.map(\.call) == [
        "VideoLibrary.Scan smb://nas/films/m-old/", "VideoLibrary.Scan smb://nas/films/m/",
        "VideoLibrary.Scan smb://nas/films/s/",
      ])
    #expect(requests.allSatisfy { $0.path == "/jsonrpc" })
    #expect(requests.first?.headers["authorization"] == "Basic a29kaTpzM2NyM3Q=")
  }

  @Test("of many folders, all is scanned once")
  func many() throws {
    let studio = try Studio("kodi")
    #expect(studio.run(records((0..<21).map { "\($0)/a.strm" })).status == 0)
    #expect(try studio.requests().map(\.call) == ["VideoLibrary.Scan /srv/library/"])
  }

  @Test("what is gone is forgotten only where that is wished for")
  func gone() throws {
    let studio = try Studio("kodi")
    #expect(studio.run(records(["a/1.strm"], "delete")).status == 0)
    #expect(try studio.requests().isEmpty)
    let other = try Studio("kodi", "clean = true")
    #expect(other.run(records(["a/1.strm"], "delete")).status == 0)
    #expect(try other.requests().map(\.call) == ["VideoLibrary.Clean "])
  }

  @Test("an error inside of a good answer is an error")
  func inside() throws {
    let studio = try Studio("kodi", mode: "kodi-error")
    let ran = studio.run(records(["a/1.strm"]))
    #expect(ran.status == 0 && ran.complaint.contains("it says no: Failed"), "\(ran)")
  }
}

/// A tool that is talked to line by line.
struct Conversation {
  private let process: System.Process
  private let input: Int32
  private let output: Int32

  init(_ process: System.Process, _ input: Int32, _ output: Int32) {
    self.process = process
    self.input = input
    self.output = output
  }

  func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
  }

  /// The next line that it writes; nil at the end.
  func hear() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output, &byte, 1) == 1 {
      if byte == 10 { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  func hangUp() { close(input) }
}
