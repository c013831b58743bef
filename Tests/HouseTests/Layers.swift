import Support
import Testing

/// Who may import whom: the map in Sources/README.md is the law, and is held to the sources.
@Suite struct Layers {
  private struct Import: CustomStringConvertible {
    var file: String
    var module: String
    var imported: String
    var isInternal: Bool
    var description: String { "\(file) imports \(imported)" }
  }

  private let imports: [Import] = SourceRules.lines.compactMap { line in
    let words = line.text.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(of: "import"), place <= 1, words.count == place + 2 else {
      return nil
    }
    return Import(
      file: line.file, module: String(line.file.split(separator: "/")[1]),
      imported: words[place + 1], isInternal: words[0] == "internal")
  }

  /// The layer of each module: the rows of the map, as in "| 2 | `Records` | … |".
  private let layers: [String: Int] = {
    var layers: [String: Int] = [:]
    let map = House.text(House.sources.appending("README.md"))
    for row in map.split(separator: "\n") {
      let cells = row.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
      guard cells.count >= 3, let layer = Int(cells[0]) else { continue }
      layers[cells[1]] = layer
    }
    return layers
  }()

  private let modules = House.names(in: House.sources).filter { $0 != "README.md" }

  private func isTool(_ module: String) -> Bool { House.tools.contains(module) }

  @Test("every module is on the map, and the map names no others")
  func map() {
    #expect(Set(layers.keys) == Set(modules.filter { !isTool($0) }))
  }

  @Test("a module imports only what lies in a lower layer")
  func direction() {
    for item in imports {
      guard let imported = layers[item.imported] else { continue }
      #expect(imported < layers[item.module] ?? .max, "\(item)")
    }
  }

  @Test("no tool is imported")
  func tools() {
    for item in imports { #expect(!item.imported.hasPrefix("s4l"), "\(item)") }
  }

  @Test("a C module is seen by one Swift module only, which keeps it to itself")
  func shims() {
    for shim in modules {
      let letters = Array(shim)
      guard letters.count > 1, letters[0] == "C", letters[1].isUppercase else { continue }
      let users = imports.filter { $0.imported == shim }
      #expect(!users.contains { !$0.isInternal }, "\(shim)")
      let names = Set(users.map(\.module))
      #expect(names.count == 1, "\(shim): \(names)")
    }
  }
}
