internal import Core
internal import Records
internal import Signing
internal import Values

/// Keys as the services and programs print them: one JSON object.
extension Loan {
  /// Reads an answer; `place` is what messages call its sender, `session` what it calls the token.
  init(json: [UInt8], session: String, from place: String) throws(Failure) {
    var failure: Failure?
    var loan: Loan?
    json.withUnsafeBytes { bytes in
      do throws(Failure) { loan = try Loan.read(bytes, session, place) } catch { failure = error }
    }
    if let failure { throw failure }
    guard let loan else { throw Failure(.bug, place, "nothing was read") }
    self = loan
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ session: String, _ place: String
  ) throws(Failure) -> Loan {
    let record: Record
    let parser = Parser()
    do throws(Failure) { record = try parser.parse(bytes) } catch {
      throw Failure(.unavailable, place, "its answer is no JSON object: \(error.reason)")
    }
    if let code = record.text(undeclared: "Code"), code != "Success" {
      throw Failure(.unavailable, place, "it answered \(Loan.word(code)) instead of keys")
    }
    if session == "SessionToken" {
      guard record.raw(undeclared: "Version")?.elementsEqual("1".utf8) ?? false else {
        throw Failure(.unavailable, place, "its answer is not of Version 1")
      }
    }
    guard let access = record.text(undeclared: "AccessKeyId"),
      let secret = record.text(undeclared: "SecretAccessKey"), !access.isEmpty, !secret.isEmpty
    else {
      throw Failure(.unavailable, place, "its answer lacks AccessKeyId or SecretAccessKey")
    }
    let token = record.text(undeclared: session)
    let keys = Keys(
      access: access, secret: Secret(Array(secret.utf8)),
      session: token.flatMap { $0.isEmpty ? nil : Secret(Array($0.utf8)) })
    guard let expiration = record.text(undeclared: "Expiration") else {
      return Loan(keys: keys, expires: nil)
    }
    return Loan(keys: keys, expires: try Loan.moment(expiration, place))
  }

  static func moment(_ text: String, _ place: String) throws(Failure) -> Timestamp {
    guard let moment = Timestamp(text: text) else {
      throw Failure(.unavailable, place, "its Expiration is no time")
    }
    return moment
  }

  /// A code that somebody else gave, without what does not belong into one.
  static func word(_ code: String) -> String {
    let word = code.prefix(64).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
    return word.isEmpty ? "an error" : word
  }
}
