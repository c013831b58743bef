internal import CPq
internal import Core
internal import Values

/// The one table from what a server says to what a caller may do about it.
extension Failure.Kind {
  /// A state is five letters, of which the first two are its class.
  init(state: String) {
    switch state {
    case "57014", "40001", "40P01", "55P03", "55006", "53300", "53200": self = .later
    case "53100": self = .io
    case "42501", "25006": self = .refused
    case "3D000", "3F000": self = .absent
    // Tables of other people's have the names of ours.
    case "42P07": self = .data
    default:
      self =
        switch state.prefix(2) {
        case "08", "57", "53", "0A": .unavailable
        case "28": .refused
        case "40", "55": .later
        // What is wrong with the values of a row, also in the eyes of those who own the table.
        case "22", "23", "54", "P0": .data
        case "58", "XX", "F0": .io
        default: .bug
        }
    }
  }
}

extension Connection {
  /// Why a statement failed, by its result; without one, why the connection did.
  func failure(_ result: OpaquePointer?) -> Failure {
    if let state = text(result, UInt8(ascii: "C")), let words = text(result, UInt8(ascii: "M")) {
      self.state = state
      return Failure(Failure.Kind(state: state), name, address.cleaned(words))
    }
    state = nil
    let words = Connection.words(handle)
    return Failure(isBroken ? .unavailable : .bug, name, address.cleaned(words.text))
  }

  private func text(_ result: OpaquePointer?, _ code: UInt8) -> String? {
    guard let result else { return nil }
    return s4l_pq_field(result, Int32(code)).map { String(cString: $0) }
  }

  /// What libpq says last, on one line, and the state in it if there is one: while connecting it
  /// stands behind the severity, which may be in any language.
  static func words(_ handle: OpaquePointer) -> (text: String, state: String?) {
    var state: String?
    var lines: [String] = []
    let words = s4l_pq_words(handle).map { String(cString: $0) } ?? ""
    for line in words.split(separator: "\n") where !line.hasPrefix("LOCATION:") {
      guard let place = line.place(of: ":  "), !line.hasPrefix("\t") else {
        lines.append(line.drop { $0 == "\t" }.description)
        continue
      }
      let rest = line[place.upperBound...]
      let code = rest.utf8.prefix(5)
      let isState =
        rest.utf8.dropFirst(5).starts(with: ": ".utf8)
        && code.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
      guard code.count == 5, isState else {
        lines.append(String(line))
        continue
      }
      state = String(rest.prefix(5))
      lines.append(line[..<place.lowerBound] + ": " + rest.dropFirst(7))
    }
    return (lines.joined(separator: "; "), state)
  }
}
