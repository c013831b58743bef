import Core
import Index
import Support
import Testing

/// A repository of the configuration has an id and a name, and is found by both.
@Suite struct NameTests {
  struct Names: Sendable {
    var id: String
    var name: String
  }

  static let names = [
    Names(id: "photos", name: "Family photos"),
    Names(id: "6f1c1b1e-0a52-4c5d-9a55-7a0f7b1d2c3e", name: "photos"),
  ]

  @Test("whichever made it, the other finds it", arguments: Kind.allCases, names)
  func both(_ kind: Kind, _ names: Names) throws {
    for (made, asked) in [(names.id, names.name), (names.name, names.id)] {
      let yard = try Yard(kind, adds: false)
      yard.shell(
        "cat >s4l.toml; echo 1 >files/a; echo 22 >files/b",
        ["[[repositories]]", "id = \"\(names.id)\"", "name = \"\(names.name)\""]
          + ["path = \"\(yard.root)\""])
      let outcome = yard.shell(
        """
        export S4L_CONFIG="$PWD/s4l.toml"
        s4l-scan files | s4l-index update '\(made)' && rm files/a &&
        s4l-scan files | s4l-index update '\(asked)' && s4l-index status '\(asked)'
        """)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.text.contains(#""total_files":1,"#), "\(outcome)")
      #expect(try yard.store().repositories().count == 1, "\(outcome)")
    }
  }

  @Test("one that was added by its name is that of the configuration", arguments: Kind.allCases)
  func added(_ kind: Kind) throws {
    let yard = try Yard(kind, adds: false)
    let outcome = yard.shell(
      """
      cat >s4l.toml; export S4L_CONFIG="$PWD/s4l.toml"; echo 1 >files/a
      s4l-index repo add 'Family photos' files
      s4l-scan files | s4l-index update photos; s4l-index list 'Family photos'
      """,
      ["[[repositories]]", "id = \"photos\"", "name = \"Family photos\""]
        + ["path = \"\(yard.root)\""])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(#""path":"a""#), "\(outcome)")
    #expect(try yard.store().repositories().map(\.name) == ["Family photos"])
  }
}
