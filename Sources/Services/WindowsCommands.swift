internal import Core
internal import Values

/// The commands that make a service of Windows: with sc, or with NSSM, which also keeps programs
/// running that do not answer the service control manager. The daemon does not.
package struct WindowsCommands {
  private let profile: Profile

  package init(_ profile: Profile) {
    self.profile = profile
  }

  package var text: String {
    get throws(Failure) {
      let program = try Profile.text(profile.program)
      let words = try profile.arguments.map(WindowsCommands.quoted)
      let line = ([WindowsCommands.quoted(program)] + words).joined(separator: " ")
      let name = WindowsCommands.quoted(profile.name)
      let description = WindowsCommands.quoted(profile.description)
      return [
        "rem With sc, from a prompt of an administrator:",
        "sc create \(name) binPath= \(WindowsCommands.quoted(line)) start= auto",
        "sc description \(name) \(description)",
        "sc failure \(name) reset= 300 actions= restart/5000/restart/5000/restart/60000",
        "sc start \(name)",
        "rem To remove it:",
        "sc stop \(name)",
        "sc delete \(name)",
        "",
        "rem With NSSM (https://nssm.cc), if sc says that the service did not answer in time:",
        "nssm install \(name) \(line)",
        "nssm set \(name) Description \(description)",
        "nssm set \(name) AppExit Default Restart",
        "nssm start \(name)",
        "rem To remove it:",
        "nssm stop \(name)",
        "nssm remove \(name) confirm",
        "",
      ].joined(separator: "\r\n")
    }
  }

  /// A word as programs of Windows take their command line apart: backslashes count only before a
  /// quotation mark. What `cmd` would put in place of `%NAME%` cannot be kept from it at a prompt.
  static func quoted(_ text: String) -> String {
    let special = text.utf8.contains { " \t\"&|<>^()%!".utf8.contains($0) }
    if !special, !text.isEmpty { return text }
    var out = "\""
    var slashes = 0
    for character in text.unicodeScalars {
      if character == "\\" {
        slashes += 1
        continue
      }
      let count = character == "\"" ? 2 * slashes + 1 : slashes
      out += String(repeating: "\\", count: count)
      slashes = 0
      out.unicodeScalars.append(character)
    }
    return out + String(repeating: "\\", count: 2 * slashes) + "\""
  }
}
