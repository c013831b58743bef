import Core
import Doubles
import Drives
import Records
import Store
import Stream
import System
import Testing
import Tree
import Values

/// Listings of drives as s4l-ls writes them.
@Suite("The listing of a drive as records") struct DriveSurveyTests {
  private struct Transcript {
    var lines: [String] = []
    var warnings: [String] = []
    var status: Status?
    var failure: Failure?

    /// Entries by their path, holes with their kind.
    var brief: [String] {
      lines.compactMap { line in
        guard let path = DriveSurveyTests.member("path", of: line) else { return nil }
        return path + (DriveSurveyTests.member("kind", of: line).map { "? " + $0 } ?? "")
      }
    }
  }

  private static func member(_ name: String, of line: String) -> String? {
    guard let start = line.firstRange(of: "\"\(name)\":\"") else { return nil }
    return String(line[start.upperBound...].prefix { $0 != "\"" })
  }

  private static func lines(of file: Scratch) throws -> [String] {
    try file.rewind()
    let back = Input(file.descriptor, "out")
    var lines: [String] = []
    while let line = try back.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  private func list(
    _ drive: FakeDrive, _ change: (inout Scope) -> Void = { _ in }
  ) throws -> Transcript {
    var scope = Scope()
    change(&scope)
    let scratch = try Scratch()
    let said = try Scratch()
    let section = Section(Output(scratch.descriptor, "out"), tool: "s4l-ls")
    var result = Transcript()
    do {
      result.status = try Survey(
        drive, scope, ListWish(), warning: Log(tool: "s4l-ls", descriptor: said.descriptor), section
      ).list()
    } catch {
      result.failure = error
    }
    try section.output.flush()
    result.lines = try DriveSurveyTests.lines(of: scratch)
    result.warnings = try DriveSurveyTests.lines(of: said)
    return result
  }

  private func drive(_ names: [String]) throws -> FakeDrive {
    let drive = FakeDrive(try Loop())
    for name in names { drive.add(name) }
    return drive
  }

  private static let chain = (1...26).map { "\($0)" }.joined(separator: "/")

  @Test("an entry tells what the drive does, and the section how many holes there are")
  func records() throws {
    let drive = try drive(["a/b", "c/d"])
    drive.faults["c"] = .init(Failure(.unavailable, "", "storage not init"), told: 1)
    let result = try list(drive)
    #expect(
      result.lines == [
        #"{"type":"head","version":1,"tool":"s4l-ls","view":"listing","#
          + #""root":"fake://drive/root","order":"path"}"#,
        #"{"type":"entry","path":"a/b","size":3,"mtime":"2024-05-06T07:08:09.000000005Z"}"#,
        #"{"type":"hole","path":"c/","kind":"unavailable","reason":"storage not init"}"#,
        #"{"type":"tail","complete":true,"records":2,"entries":1,"bytes":3,"holes":1}"#,
      ])
    #expect(result.status == .partial)
    #expect(result.warnings == [])
  }

  @Test("folders are entered 25 levels deep; a deeper one is a chosen hole and is warned of")
  func depth() throws {
    let deep = DriveSurveyTests.chain.dropLast(3)
    let drive = try drive([DriveSurveyTests.chain + "/x", "\(deep)/y"])
    let result = try list(drive)
    #expect(result.brief == ["\(DriveSurveyTests.chain)/? chosen", "\(deep)/y"])
    #expect(result.status == .success)
    #expect(
      result.warnings == [
        "s4l-ls: warning: \(DriveSurveyTests.chain)/: deeper than 25 folders, so not entered"
      ])
    #expect(drive.asked.count == 26)
    let deeper = try list(drive) { $0.maxDepth = 26 }
    #expect(deeper.brief == ["\(DriveSurveyTests.chain)/x", "\(deep)/y"])
    #expect(deeper.warnings == [])
  }

  @Test("a drive that is asked for less is not entered further, and of many folders one is named")
  func shallow() throws {
    let drive = try drive((10..<35).map { "a/\($0)/x" } + ["b"])
    let result = try list(drive) { $0.maxDepth = 1 }
    #expect(result.brief == (10..<35).map { "a/\($0)/? chosen" } + ["b"])
    #expect(drive.asked == ["", "a"])
    #expect(
      result.warnings == [
        "s4l-ls: warning: a/10/ and 24 more folders: deeper than 1 folder, so not entered"
      ])
    let flat = try list(drive) { $0.maxDepth = 0 }
    #expect(flat.brief == ["a/? chosen", "b"])
    #expect(flat.warnings == [])
  }

  @Test("folders are told once each, those too that hold nothing, and none that is a hole")
  func folders() throws {
    let drive = try drive(["a/b/c", "a/e/", "d/", "f/g", "h/i", "z"])
    drive.faults["f"] = .init(Failure(.later, "", "busy"), told: 1)
    let result = try list(drive) {
      $0.listsFolders = true
      $0.filter.excluded = [try? Pattern("h/*")].compactMap { $0 }
    }
    #expect(result.brief == ["", "a/", "a/b/", "a/b/c", "a/e/", "d/", "f/? later", "h/", "z"])
    #expect(!drive.asked.contains("h"))
    #expect(
      try list(drive) { $0.listsFolders = false }.brief == ["a/b/c", "f/? later", "h/i", "z"])
    let shallow = try list(drive) {
      $0.listsFolders = true
      $0.maxDepth = 1
    }
    #expect(
      shallow.brief == [
        "", "a/", "a/b/? chosen", "a/e/? chosen", "d/", "f/? later", "h/", "h/i", "z",
      ])
  }

  @Test("folders that are left out are not asked for, and leave neither entries nor holes")
  func filters() throws {
    let drive = try drive(["a/skip/b", "a/x", "skip/c", ".hidden/d"])
    drive.faults["skip"] = .init(Failure(.later, "", "busy"))
    let result = try list(drive) {
      $0.filter.excluded = [try? Pattern("skip/")].compactMap { $0 }
      $0.filter.listsHidden = false
    }
    #expect(result.brief == ["a/x"])
    #expect(drive.asked == ["", "a"])
    #expect(result.status == .success)
  }

  @Test("a root that is not there is no empty one, and leaves no section")
  func absent() throws {
    let drive = try drive(["a"])
    drive.faults[""] = .init(Failure(.absent, "", "object not found"))
    let result = try list(drive)
    #expect(result.lines == [])
    #expect(result.failure == Failure(.absent, "fake://drive/root", "object not found"))
    drive.faults = [:]
    drive.folders[""] = []
    #expect(try list(drive).lines.count == 2)
  }
}
