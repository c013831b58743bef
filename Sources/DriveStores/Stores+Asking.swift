internal import Command
internal import Core
internal import Drives
internal import HTTP
internal import Store
internal import Stores
internal import Values

/// What drives of all kinds are asked with.
extension Stores {
  /// How requests are made, of which so many are under way at once.
  func manner(_ remote: Remote, _ terms: Caller.Terms) -> Courier.Manner {
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    return Courier.Manner(
      authorities: wishes.authorities ?? remote.authorities, isInsecure: remote.isInsecure,
      most: terms.width, agent: "s4l/\(Release.version)", rate: wishes.rate)
  }

  /// Who asks: as the remote says; where it says nothing, as variables do whose names begin so.
  func identity(_ remote: Remote, _ service: String) throws(Failure) -> Identity {
    if let token = remote.token { return .token(token) }
    if let user = remote.user {
      guard let password = remote.password else {
        throw Failure(.config, "remote.\(remote.name)", "it has a user without a password")
      }
      return .user(user, password: password, code: try secondFactor(remote))
    }
    if let token = environment["\(service)_TOKEN"] { return .token(Secret(Array(token.utf8))) }
    guard let user = environment["\(service)_USER"] else { return .nobody }
    guard let password = environment["\(service)_PASSWORD"] else {
      throw Failure(.config, "\(service)_USER", "it stands without \(service)_PASSWORD")
    }
    return .user(user, password: Secret(Array(password.utf8)), code: nil)
  }

  /// A seed is good for any number of logins, so it goes before a code.
  private func secondFactor(_ remote: Remote) throws(Failure) -> SecondFactor? {
    guard let seed = remote.otpSeed else { return remote.otp.map { SecondFactor($0) } }
    guard let second = SecondFactor(seed: seed) else {
      throw Failure(.config, "remote.\(remote.name).otp_secret", "it is no base32")
    }
    return second
  }

  /// Holds the folder that a location names to what can be a path on a drive.
  func check(_ folder: Path, of location: Path) throws(Failure) {
    for part in folder.parts where part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
      throw Failure(.usage, "\(location)", "a folder of a drive is named without . and ..")
    }
    guard String(validating: folder.bytes, as: UTF8.self) != nil else {
      throw Failure(.usage, "\(location)", "names on a drive are UTF-8")
    }
  }
}
