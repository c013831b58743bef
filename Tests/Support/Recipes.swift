import Values

extension House {
  /// The literal blocks of a section of s4l-recipes(7), as they read.
  package static func recipes(_ section: String) -> [String] {
    var blocks: [String] = []
    var isOurs = false
    var isInside = false
    let page = text(root.appending("man/man7/s4l-recipes.7"))
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(".Sh ") { isOurs = line == ".Sh \(section)" }
      guard isOurs else { continue }
      if line.hasPrefix(".Bd -literal") {
        isInside = true
        blocks.append("")
      } else if line == ".Ed" {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1] += line.replacing("\\e", with: "\\") + "\n"
      }
    }
    return blocks
  }
}
