import Core
import Testing
import Values

@testable import Command

/// A tool that has one option of every kind.
private struct Sample {
  var isDry = false
  var lists = true
  var depth = 7
  var label: String?
  var excluded: [Pattern] = []
  var source = Path()
  var target: Path?

  static var options: [Option<Sample>] {
    [
      .flag("dry-run", "n", \.isDry, "Change nothing."),
      .toggle("hidden", nil, \.lists, "List hidden names."),
      .value("max-depth", "d", "N", \.depth, "Go no deeper."),
      .value("label", nil, "TEXT", \.label, "Call it so."),
      .list("exclude", "E", "PATTERN", \.excluded, "Leave out."),
    ]
  }

  static var operands: [Operand<Sample>] {
    [.one("SRC", \.source, "From here."), .optional("DST", \.target, "To there.")]
  }

  static func read(_ words: String...) throws(Failure) -> Sample {
    try read(words.map { Array($0.utf8) })
  }

  static func read(_ words: [[UInt8]]) throws(Failure) -> Sample {
    var sample = Sample()
    try Arguments(options: options, operands: operands).read(words, into: &sample)
    return sample
  }
}

@Suite struct ArgumentsTests {
  @Test("what is not given keeps its default")
  func defaults() throws {
    let sample = try Sample.read("a")
    #expect(!sample.isDry && sample.lists && sample.depth == 7 && sample.label == nil)
    #expect(sample.source == Path(text: "a") && sample.target == nil)
  }

  @Test(
    "a value stands behind its option, or in it",
    arguments: [
      ["-d3", "a"], ["-d", "3", "a"], ["--max-depth=3", "a"], ["--max-depth", "3", "a"],
    ])
  func values(_ words: [String]) throws {
    #expect(try Sample.read(words.map { Array($0.utf8) }).depth == 3)
  }

  @Test("flags may be grouped, the last of a group with its value")
  func groups() throws {
    let sample = try Sample.read("-nd3", "a")
    #expect(sample.isDry && sample.depth == 3)
  }

  @Test("options and operands may be mixed, and -- ends the options")
  func mixed() throws {
    let sample = try Sample.read("a", "-n", "--", "-b")
    #expect(sample.isDry && sample.source == Path(text: "a") && sample.target == Path(text: "-b"))
    #expect(try Sample.read("-").source == Path(text: "-"))
  }

  @Test("of an option given twice the last holds; a list keeps all")
  func repeated() throws {
    let sample = try Sample.read("-d1", "-d2", "--no-hidden", "--hidden", "-Ea", "-E", "b", "x")
    #expect(sample.depth == 2 && sample.lists)
    #expect(sample.excluded.map(\.text) == ["a", "b"])
    #expect(try !Sample.read("--hidden", "--no-hidden", "x").lists)
  }

  @Test("an argument is taken byte for byte, UTF-8 or not")
  func bytes() throws {
    #expect(try Sample.read([[0xFF, 0x0A]]).source == Path([0xFF, 0x0A] as [UInt8]))
    #expect(throws: Failure(.usage, "--label", "\"\\xff\" must be text in UTF-8")) {
      try Sample.read([Array("--label".utf8), [0xFF], [0x61]])
    }
  }

  @Test(
    "a mistake names the option and what is wrong with it",
    arguments: [
      (["--max-deph=1"], "--max-deph", "there is no such option; did you mean --max-depth?"),
      (["--zzz"], "--zzz", "there is no such option"),
      (["-z"], "-z", "there is no such option"),
      (["--max-depth"], "--max-depth", "a value is missing"),
      (["-d"], "-d", "a value is missing"),
      (["-dx"], "--max-depth", "\"x\" must be a whole number, not negative"),
      (["-d-1"], "--max-depth", "\"-1\" must be a whole number, not negative"),
      (["--dry-run=yes"], "--dry-run", "it takes no value"),
      (["--no-dry-run"], "--no-dry-run", "there is no such option; did you mean --dry-run?"),
      (["--max"], "--max", "there is no such option"),
      (["-E["], "--exclude", "\"[\" must be a pattern such as *.tmp or .git/*, in UTF-8"),
      ([], "SRC", "the operand is missing"),
      (["a", "b", "c"], "c", "there is no place for this operand"),
    ] as [([String], String, String)])
  func mistakes(_ words: [String], _ subject: String, _ reason: String) {
    #expect(throws: Failure(.usage, subject, reason)) {
      try Sample.read(words.map { Array($0.utf8) })
    }
  }

  @Test("an option that is handed on is checked, and comes out in its long form")
  func passed() throws {
    struct Outer { var words: [[UInt8]] = [] }
    let options = Sample.options.map { $0.passed(to: \Outer.words, checkedBy: Sample()) }
    let reader = Arguments<Outer>(options: options, operands: [])
    var outer = Outer()
    try reader.read(["-nd3", "--no-hidden", "-E", "*.o"].map { Array($0.utf8) }, into: &outer)
    let words = outer.words.map { String(decoding: $0, as: UTF8.self) }
    #expect(words == ["--dry-run", "--max-depth=3", "--no-hidden", "--exclude=*.o"])
    #expect(throws: Failure.self) {
      try reader.read(["-dx"].map { Array($0.utf8) }, into: &outer)
    }
  }
}
