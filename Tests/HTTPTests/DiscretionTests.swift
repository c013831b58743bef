import Core
import HTTP
import Testing

@Suite("What a server is not quoted with") struct DiscretionTests {
  private func discretion(
    _ headers: [(name: String, value: String)], _ secrets: [String] = []
  ) -> Discretion {
    var exchange = Exchange(.get, "http://host/", headers: headers)
    exchange.secrets = secrets.map { Secret(Array($0.utf8)) }
    var discretion = Discretion()
    discretion.learn(exchange)
    return discretion
  }

  @Test("a token is hidden, with the word before it or without, however often it comes")
  func token() {
    for value in ["tok-0123456789", "Bearer tok-0123456789"] {
      let discretion = discretion([("authorization", value), ("Accept", "anything")])
      #expect(
        discretion.hide("bad tok-0123456789, tok-0123456789! anything")
          == "bad [redacted], [redacted]! anything")
    }
  }

  @Test("so is what was cut off of one, and not what merely begins like one")
  func cut() {
    let discretion = discretion([("Authorization", "tok-0123456789")])
    #expect(discretion.hide("bad tok-01234...") == "bad [redacted]...")
    #expect(discretion.hide("bad tok-012") == "bad tok-012")
  }

  @Test("a password is, plain and as it was sent")
  func basic() {
    let discretion = discretion([("Authorization", "Basic bWU6aHVzaCE=")])
    #expect(discretion.hide("not me:hush!, bWU6aHVzaCE=") == "not me:[redacted], [redacted]")
  }

  @Test("so is what a body holds, and what does not look in a message as it is")
  func body() {
    let discretion = discretion([], ["p\u{7}ss", "a"])
    #expect(discretion.hide("p\\x07ss p\u{7}ss a") == "[redacted] [redacted] a")
  }

  @Test("older tokens are known, and where there are none nothing is hidden")
  func several() {
    var discretion = Discretion()
    #expect(discretion.hide("tok-0123456789") == "tok-0123456789")
    for number in 1...20 {
      discretion.learn(Exchange(.get, "", headers: [("Cookie", "token-\(number).")]))
    }
    #expect(discretion.hide("token-19. token-20.") == "[redacted] [redacted]")
  }
}
