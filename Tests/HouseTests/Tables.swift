import Foundation
import Support
import Testing

/// What every table of options and every page keeps to.
@Suite struct Tables {
  /// What people expect of these letters; of the others the tool that has one first decides.
  static let letters = [
    "h": "help", "v": "verbose", "q": "quiet", "n": "dry-run", "f": "force", "o": "output",
    "j": "jobs", "E": "exclude", "I": "include", "d": "max-depth", "x": "one-file-system",
    "L": "links",
  ]

  @Test("names are unique, lower-case, of letters and hyphens", arguments: House.tools)
  func names(_ tool: String) throws {
    let options = try Description.of(tool).options
    let spellings = options.flatMap(\.spellings)
    #expect(Set(spellings).count == spellings.count)
    for option in options {
      let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
      #expect(letters.isSuperset(of: option.name), "--\(option.name)")
      #expect(!option.name.hasPrefix("-") && !option.name.hasPrefix("no-"), "--\(option.name)")
    }
  }

  @Test("help is one sentence", arguments: House.tools)
  func sentences(_ tool: String) throws {
    let page = try Description.of(tool)
    for (name, help) in page.options.map({ ("--" + $0.name, $0.help) })
      + page.operands.map({ ($0.name, $0.help) })
    {
      #expect(help.hasSuffix(".") && !help.contains(". "), "\(name): \(help)")
      #expect(help.first?.isUppercase == true, "\(name): \(help)")
      #expect(help.count <= 90, "\(name): \(help)")
    }
  }

  @Test("the summary goes on after the name: lower case, no full stop", arguments: House.tools)
  func summary(_ tool: String) throws {
    let page = try Description.of(tool)
    #expect(page.name == tool)
    #expect(page.summary.first?.isLowercase == true && !page.summary.hasSuffix("."))
    #expect(page.summary.count <= 60)
  }

  @Test("what stands for a value is in upper case", arguments: House.tools)
  func placeholders(_ tool: String) throws {
    let page = try Description.of(tool)
    for word in page.options.compactMap(\.placeholder) + page.operands.map(\.name) {
      #expect(word == word.uppercased() && !word.isEmpty, "\(word)")
    }
  }

  @Test("every option that the prose names exists", arguments: House.tools)
  func mentions(_ tool: String) throws {
    let page = try Description.of(tool)
    let known = Set(page.options.flatMap(\.spellings))
    for paragraph in page.description {
      for piece in paragraph.split(separator: "{").dropFirst() {
        let name = String(piece.prefix { $0 != "}" })
        // Other braces are those of JSON.
        if !name.hasPrefix("-") { continue }
        #expect(known.contains(name), "{\(name)}")
      }
    }
  }

  @Test("a letter means one thing in the whole family")
  func letters() throws {
    var meanings = Tables.letters
    for tool in House.tools {
      for option in try Description.of(tool).options {
        guard let letter = option.short else { continue }
        // As head and tail have it, and whoever asks a history for its last ten.
        if tool == "s4l-index", letter == "n", option.name == "limit" { continue }
        let meaning = meanings[letter] ?? option.name
        #expect(meaning == option.name, "\(tool) -\(letter)")
        meanings[letter] = meaning
      }
    }
  }

  @Test("an option of one name takes a value everywhere or nowhere")
  func shapes() throws {
    var shapes: [String: (tool: String, takesValue: Bool)] = [:]
    for tool in House.tools {
      for option in try Description.of(tool).options {
        let takesValue = option.placeholder != nil
        let first = shapes[option.name] ?? (tool, takesValue)
        #expect(first.takesValue == takesValue, "--\(option.name): \(first.tool), \(tool)")
        shapes[option.name] = first
      }
    }
  }

  @Test("every tool shows an example")
  func examples() throws {
    for tool in House.tools {
      let examples = try Description.of(tool).examples
      #expect(!examples.isEmpty, "\(tool)")
    }
  }

  /// Each tool is replaced by a script that notes its arguments, and the notes are held against the
  /// tables: no command of an example is really run.
  @Test("every example is a command line that its tools accept", arguments: House.tools)
  func examplesParse(_ tool: String) throws {
    for example in try Description.of(tool).examples {
      for words in Rehearsal.commands(of: example) {
        var name = words[0]
        var rest = Array(words.dropFirst())
        if name == "s4l", let command = rest.first, !command.hasPrefix("-"), command != "help" {
          name = "s4l-" + command
          rest.removeFirst()
        }
        if !House.tools.contains(name) { continue }
        let complaint = try Rehearsal.complaint(rest, Description.of(name))
        #expect(complaint == nil, "\(example)\n\(name): \(complaint ?? "")")
      }
    }
  }
}
