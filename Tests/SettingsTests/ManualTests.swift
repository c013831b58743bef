import Foundation
import Settings
import Testing

@testable import s4l_conf

@Suite("The manual of the configuration")
struct ManualTests {
  @Test("the page in the repository is the one that the declarations make")
  func drift() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/")
    let page = try String(contentsOfFile: root + "/man/man5/s4l.conf.5", encoding: .utf8)
    #expect(page == Manual.text, "make generate writes it anew")
  }

  @Test("every section, key and alias is told")
  func complete() {
    for section in Schema.sections {
      #expect(Manual.text.contains(".Ss \(section.heading.escaped)\n"))
      for setting in section.settings {
        #expect(Manual.text.contains(".It Cm \(setting.name.escaped)\n"))
      }
      for alias in section.aliases where !alias.path.isEmpty {
        #expect(Manual.text.contains(".It [\(alias.path)]\n"))
      }
    }
  }
}

extension String {
  fileprivate var escaped: String { split(separator: "-").joined(separator: "\\-") }
}
