import Core
import Testing

@testable import Settings

@Suite("The declarations")
struct SchemaTests {
  @Test("no two names of a section can be confused, aliases included")
  func names() {
    for section in Schema.sections {
      let names = section.settings.flatMap { [$0.name] + $0.aliases }
      for (place, name) in names.enumerated() {
        let twin = names[..<place].first { isSame($0, name) }
        #expect(twin == nil, "\(section.name): \(name)")
      }
      for name in names {
        #expect(
          name.utf8.allSatisfy { (97...122).contains($0) || "_.0123456789".utf8.contains($0) })
      }
    }
  }

  @Test(
    "letter case, _ and - make no difference, whatever they stand beside",
    arguments: [
      ("max_retry", "MaxRetry", true), ("a", "A", true), ("_a", "a-", true), ("", "_", true),
      ("a", "b", false), ("a", "", false), ("_a", "b", false), ("a_b", "a_c", false),
      ("a1", "A1", true), ("1a", "a", false), ("@a", "`a", false), ("é", "É", false),
      ("abc", "ab", false),
    ])
  func sameness(row: (String, String, Bool)) {
    #expect(isSame(row.0, row.1) == row.2 && isSame(row.1, row.0) == row.2)
  }

  @Test("every help is one sentence, or a few, that begin and end as such")
  func help() {
    for section in Schema.sections {
      for help in [section.help] + section.settings.map(\.help) {
        #expect(help.hasSuffix("."), "\(help)")
      }
    }
  }

  @Test("every default and every example is itself allowed")
  func values() throws {
    for section in Schema.sections {
      for setting in section.settings {
        for value in [setting.standard, setting.example].compactMap({ $0 }) {
          let document = try Toml(Array("v = \(TomlText.text(of: value))".utf8))
          #expect(
            try setting.value(of: document.members[0].value.content) == value, "\(setting.name)")
        }
      }
    }
  }

  @Test("every condition names a key of its section and words of that key's choice")
  func conditions() throws {
    for section in Schema.sections {
      for setting in section.settings {
        guard let condition = setting.condition else { continue }
        let key = try #require(section.setting(condition.key))
        guard case .choice(let choices) = key.kind else {
          Issue.record("\(condition.key) is no choice")
          continue
        }
        #expect(Set(condition.words).isSubset(of: choices.map(\.word)))
      }
    }
  }

  @Test("every reference and every identity exists")
  func references() {
    for section in Schema.sections {
      if case .list(let identity) = section.shape {
        #expect(section.setting(identity)?.isRequired == true)
      }
      for setting in section.settings {
        if case .reference(let target) = setting.kind { #expect(Schema.section(target) != nil) }
      }
    }
  }
}
