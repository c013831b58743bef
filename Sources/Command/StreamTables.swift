internal import Records

/// The generated part of s4l-stream(5): every kind of record, every member, from their one
/// declaration.
package enum StreamTables {
  package static var man: String {
    var out = ".Sh RECORDS\n" + Man.text("The types of records, and the members of each:")
    out += ".Bl -tag -width Ds\n"
    for kind in Kind.allCases where kind != .other {
      out += ".It Sy \(kind.name)\n" + Man.text(kind.help)
      if !kind.required.isEmpty { out += "Required: " + names(kind.required) + ".\n" }
      let optional = kind.members.filter { !kind.required.contains($0) }
      if !optional.isEmpty { out += "Optional: " + names(optional) + ".\n" }
    }
    out += ".El\n" + Man.text("Of every other type: " + lowered(Kind.other.help))
    out += ".Sh MEMBERS\n" + Man.text("Every member has one meaning and one form of value:")
    out += ".Bl -tag -width Ds\n"
    for member in Member.allCases {
      out += ".It Sy \(member.name) Pq \(member.form.rawValue)\n" + Man.text(member.help)
    }
    out += ".El\n" + Man.text("The forms of values are:") + ".Bl -tag -width Ds\n"
    for form in Member.Form.allCases {
      out += ".It Sy \(form.rawValue)\n" + Man.text(form.help)
    }
    return out + ".El\n"
  }

  private static func names(_ members: [Member]) -> String {
    members.map { Man.escaped($0.name) }.joined(separator: ", ")
  }

  private static func lowered(_ sentence: String) -> String {
    sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}

extension Member.Form {
  var help: String {
    switch self {
    case .name:
      "Bytes. If they are UTF-8, a string; otherwise the member is called NAME_bytes and its "
        + "string is their base64."
    case .text: "A string."
    case .integer: "A whole number, not negative, below 10 to the power of 18."
    case .time: "A string: RFC 3339 in UTC with nanoseconds, as in 2026-11-20T18:02:11.123456789Z."
    case .flag: "true or false."
    case .list: "An array of strings."
    case .fingerprint:
      "An object with those of size, mtime and etag that are known: what tells one version of a "
        + "file from another."
    }
  }
}
