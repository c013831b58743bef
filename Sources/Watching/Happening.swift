/// What can be told of a path.
package enum Happening: String, CaseIterable, Sendable {
  case create, write, remove, rename, chmod

  /// Which of them are told.
  package struct Choice: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package init(_ happenings: [Happening]) {
      rawValue = happenings.reduce(0) { $0 | $1.bit }
    }

    package static let all = Choice(Happening.allCases)

    @inline(__always)
    package func holds(_ happening: Happening) -> Bool { rawValue & happening.bit != 0 }
  }

  fileprivate var bit: UInt8 {
    switch self {
    case .create: 1
    case .write: 2
    case .remove: 4
    case .rename: 8
    case .chmod: 16
    }
  }

  var word: StaticString {
    switch self {
    case .create: "create"
    case .write: "write"
    case .remove: "remove"
    case .rename: "rename"
    case .chmod: "chmod"
    }
  }
}
