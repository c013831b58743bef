internal import Core
package import Markup
internal import Values

/// What a store says went wrong: the elements of its `Error` that we act on, and no others. The
/// others hold signatures and what was signed.
package struct StoreError: Equatable, Sendable {
  /// Empty if the store sent no error that can be read, as in the reply to a HEAD.
  package var code: String
  package var message: String
  /// The region where the request belongs, if it went to another.
  package var region: String?
  /// The host where the request belongs, if it went to another.
  package var endpoint: String?
  /// The object, in a reply that is about many.
  package var key: [UInt8]?

  package init(code: String, message: String, region: String? = nil, endpoint: String? = nil) {
    self.code = code
    self.message = message
    self.region = region
    self.endpoint = endpoint
  }

  /// What the body of a reply says; anything but an `Error` says nothing.
  package init(body: [UInt8]) {
    self.init(code: "", message: "")
    do throws(Failure) {
      let outline = try Outline(body)
      // Some stores put the error into an envelope of the kind that other services use.
      let error = outline.name == "Error" ? outline : outline.all("Error").first
      if let error { self.init(error) }
    } catch {
      // A proxy's page or half a reply: the status alone has to do.
    }
  }

  /// The error in the body of a reply whose status says that all is well; nil if there is none.
  package init?(late body: [UInt8]) {
    do throws(Failure) {
      let outline = try Outline(body)
      guard outline.name == "Error" else { return nil }
      self.init(outline)
    } catch {
      return nil
    }
  }

  package init(_ error: Outline) {
    self.init(
      code: error.string("Code") ?? "", message: error.string("Message") ?? "",
      region: error.string("Region"), endpoint: error.string("Endpoint"))
    key = error.bytes("Key")
  }

  /// The code and the message for people: one line, not too long, and without what could tell how
  /// a request was signed.
  package var words: String {
    let told = StoreError.isTelling(message) ? "" : Path.visible(message.utf8.prefix(300))
    let parts = [Path.visible(code.utf8.prefix(80)), told]
    return parts.filter { !$0.isEmpty }.joined(separator: ": ")
  }

  private static let telling = [
    "signature=", "x-amz-", "aws4-hmac", "awsaccesskeyid=", "security-token", "sig=",
  ]

  private static func isTelling(_ message: String) -> Bool {
    let lower = message.lowercased()
    return telling.contains { lower.holds($0) }
  }
}

/// A reply that may be an error although its status says that all is well.
package enum Reply<Content: Sendable>: Sendable {
  case content(Content)
  case error(StoreError)
}

extension Reply: Equatable where Content: Equatable {}
