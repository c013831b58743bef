import Foundation
import Support

/// Goes through a shell command without doing what it says.
enum Rehearsal {
  /// The words of every command of ours that a script would run.
  static func commands(of script: String) -> [[String]] {
    let sandbox = Sandbox()
    let note = """
      #!/bin/sh
      line=${0##*/}
      for word; do line=$line$(printf '\\037')$word; done
      printf '%s\\n' "$line" >>"$NOTES"
      """
    House.write(Array(note.utf8), to: sandbox.home.appending("note"))
    let names = House.tools.joined(separator: " ")
    _ = sandbox.shell(
      "mkdir stubs && for tool in \(names); do cp $HOME/note stubs/$tool; done; chmod +x stubs/*",
      asRoot: true)
    House.write(Array(script.utf8), to: sandbox.home.appending("script"))
    _ = sandbox.shell("PATH=$PWD/stubs NOTES=$HOME/notes; export PATH NOTES; . $HOME/script")
    return House.text(sandbox.home.appending("notes")).split(separator: "\n").map {
      $0.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// What is wrong with a command line, by the table of the tool; nil if nothing is.
  static func complaint(_ words: [String], _ page: Description) -> String? {
    var operands = 0
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        operands += 1
        continue
      }
      if word == "--" {
        operands += rest.count
        break
      }
      let isLong = word.hasPrefix("--")
      let name = isLong ? String(word.prefix { $0 != "=" }) : String(word.prefix(2))
      guard let option = page.options.first(where: { $0.spellings.contains(name) }) else {
        return "there is no option \(name)"
      }
      let hasValue = word.count > name.count
      if option.placeholder == nil {
        if hasValue, !isLong {
          rest = ["-" + word.dropFirst(2)] + rest
        } else if hasValue {
          return "\(name) takes no value"
        }
      } else if !hasValue, rest.popFirst() == nil {
        return "\(name) lacks its value"
      }
    }
    let needed = page.operands.filter { !$0.optional }.count
    let isOpen = page.operands.contains(where: \.many)
    if operands < needed { return "an operand is missing" }
    if operands > page.operands.count, !isOpen { return "there are too many operands" }
    return nil
  }
}
