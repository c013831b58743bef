import Support
import Testing
import Values

/// The manual pages and completions as they are committed.
@Suite struct Pages {
  static let manuals = (1...8).flatMap { section in
    House.isFolder(House.root.appending("man/man\(section)"))
      ? House.files(below: House.root.appending("man/man\(section)"), ".\(section)") : []
  }

  let sandbox = Sandbox()

  @Test("what is committed is what the tool generates: see make generate", arguments: House.tools)
  func generated(_ tool: String) {
    for (form, place) in [
      ("man", "man/man1/\(tool).1"), ("bash", "completions/bash/\(tool)"),
      ("zsh", "completions/zsh/_\(tool)"), ("fish", "completions/fish/\(tool).fish"),
    ] {
      let made = sandbox.run([tool, "--generate", form])
      #expect(made.status == 0)
      #expect(made.text == House.text(House.root.appending(place)), "\(place) is out of date")
    }
  }

  @Test("there is no page or completion of a tool that does not exist")
  func leftovers() {
    func names(_ folder: String) -> [String] { House.names(in: House.root.appending(folder)) }
    #expect(names("man/man1") == House.tools.map { $0 + ".1" }.sorted())
    #expect(names("completions/bash") == House.tools.sorted())
    #expect(names("completions/zsh") == House.tools.map { "_" + $0 }.sorted())
    #expect(names("completions/fish") == House.tools.map { $0 + ".fish" }.sorted())
  }

  @Test("the tables of s4l-stream(5) are those of the declaration")
  func stream() {
    let page = House.text(House.root.appending("man/man5/s4l-stream.5"))
    let tables = sandbox.run(["s4l", "--stream-tables"]).text
    #expect(!tables.isEmpty && page.contains("--stream-tables\n" + tables + ".\\\" End"))
  }

  @Test("s4l.conf(5) is what s4l-conf generates")
  func configuration() {
    guard House.tools.contains("s4l-conf") else { return }
    let made = sandbox.run(["s4l-conf", "generate", "--manual"])
    #expect(made.text == House.text(House.root.appending("man/man5/s4l.conf.5")))
  }

  @Test("mandoc and man have nothing to say against a page", arguments: manuals)
  func manual(_ page: Path) {
    let lint = sandbox.run(["mandoc", "-Tlint", "-W", "warning", "\(page)"], asRoot: true)
    #expect(lint.text == "" && lint.status == 0)
    let man = sandbox.shell(
      "man --warnings -E UTF-8 -l -Tutf8 -Z '\(page)' 2>&1 >/dev/null", asRoot: true)
    #expect(man.text == "" && man.status == 0)
  }

  @Test("what a page refers to is there", arguments: manuals)
  func references(_ page: Path) {
    let known = Set(Pages.manuals.map { "\($0.name)" })
    for line in House.text(page).split(separator: "\n") where line.hasPrefix(".Xr s4l") {
      let words = line.split(separator: " ")
      #expect(words.count >= 3 && known.contains("\(words[1]).\(words[2])"), "\(line)")
    }
  }

  @Test("the shells accept the completions", arguments: House.tools)
  func completions(_ tool: String) {
    for words in [
      ["bash", "-n", "completions/bash/\(tool)"], ["zsh", "-n", "completions/zsh/_\(tool)"],
      ["fish", "-n", "completions/fish/\(tool).fish"],
    ] {
      let path = "\(House.root.appending(words[2]))"
      let outcome = sandbox.run([words[0], words[1], path], asRoot: true)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    }
  }

  @Test("bash completes the options of a tool", arguments: House.tools)
  func bash(_ tool: String) {
    let script = """
      . '\(House.root.appending("completions/bash/\(tool)"))'
      COMP_WORDS=(\(tool) --verb) COMP_CWORD=1
      _\(tool.replacing("-", with: "_"))
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    #expect(sandbox.run(["bash", "-c", script], asRoot: true).text == "--verbose\n")
  }
}
