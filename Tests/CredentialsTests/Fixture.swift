import Core
import Foundation
import HTTP
import Signing
import System
import Testing
import Values

@testable import Credentials

/// A home folder of its own, with the two shared files and whatever else a test puts there.
final class Home {
  let folder: String
  var variables: [String: String]
  /// Services that must last as long as this does.
  var neighbours: [Lending]

  init(config: String = "", credentials: String = "", beside service: Lending? = nil) throws {
    neighbours = service.map { [$0] } ?? []
    let url = FileManager.default.temporaryDirectory.appending(path: "s4l-home-\(UUID())")
    folder = url.path
    variables = ["HOME": folder, "AWS_EC2_METADATA_DISABLED": "true"]
    let tools = url.appending(path: ".aws")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    if !config.isEmpty { try write(".aws/config", config) }
    if !credentials.isEmpty { try write(".aws/credentials", credentials) }
  }

  deinit {
    // What cannot be removed is left to the system's own cleaning.
    try? FileManager.default.removeItem(atPath: folder)
  }

  var environment: Environment { Environment(variables) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let path = folder + "/" + name
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  func files() throws -> SharedFiles { try SharedFiles(environment) }

  func source(_ given: Given = Given()) throws -> Source? {
    try Chain(given, environment, files()).source()
  }

  func surroundings(_ profile: String? = nil) throws -> Surroundings {
    try Surroundings(environment, files(), profile: profile)
  }
}

/// A purse with a clock that stands still until it is moved.
final class Till {
  let loop: Loop
  private let home: Home
  var moment = Timestamp(seconds: 1_800_000_000)
  private var made: Purse?
  private var courier: Courier?

  var purse: Purse {
    get throws { try #require(made) }
  }

  init(_ home: Home, _ given: Given = Given(), patience: Lender.Patience = .brief) throws {
    loop = try Loop()
    self.home = home
    made = Purse(
      loop, home.environment, given, { [unowned self] in moment }, patience,
      { [unowned self] () throws(Failure) in
        if let courier { return courier }
        let courier = try Courier(loop)
        self.courier = courier
        return courier
      })
  }

  /// Wants keys and turns the loop until there is an answer.
  func keys() throws -> Keys? {
    final class Box { var result: Result<Keys?, Failure>? }
    let box = Box()
    try purse.keys { box.result = $0 }
    #expect(box.result == nil, "answers come from the loop")
    try loop.run { box.result != nil }
    return try #require(box.result).get()
  }

  func failure() -> Failure? {
    #expect(throws: Failure.self) { try keys() }
  }

  /// Moves the clock.
  func pass(minutes: Int64) { moment = moment.advanced(by: minutes * 60_000_000_000) }
}

extension Lender.Patience {
  /// Long enough for a busy machine, but nothing is waited for that does not come.
  static let brief = Lender.Patience(
    pause: Span(nanoseconds: 1_000_000), command: Span(nanoseconds: 20_000_000_000))
}

func secret(_ text: String) -> Secret { Secret(Array(text.utf8)) }

func keys(_ access: String, _ hidden: String, _ session: String? = nil) -> Keys {
  Keys(access: access, secret: secret(hidden), session: session.map(secret))
}
