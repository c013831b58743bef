import Values

@testable import Redis

/// Everything that a server keeps, in a form that can be compared.
typealias Keyspace = [String: Kept]

/// What a key holds. Bytes that are no printable text are hexadecimal digits after `hex:`.
enum Kept: Equatable, Sendable {
  case set(Set<String>)
  case list([String])
  case scores([String: Int])
  case fields([String: String])
  case text(String)

  static func hex(_ digits: String) -> Kept { .text("hex:" + digits) }

  static func shown(_ bytes: [UInt8]) -> String {
    let isPlain = bytes.allSatisfy { (0x20..<0x7F).contains($0) }
    return isPlain ? String(decoding: bytes, as: UTF8.self) : "hex:" + Hex.text(bytes)
  }

  static func bytes(_ shown: String) -> [UInt8] {
    guard shown.hasPrefix("hex:") else { return Array(shown.utf8) }
    return Hex.decode(shown.utf8.dropFirst(4)) ?? []
  }
}

extension Captured {
  static func message(_ label: String) -> String {
    "hex:" + (messages.first { $0.label == label }?.hex ?? "")
  }
}

extension Session {
  /// All that is there, without what is ours and unknown to asynq, unless that is wanted too.
  func keyspace(withOurs: Bool = false) throws -> Keyspace {
    var all: Keyspace = [:]
    for key in try send("KEYS", "*").list {
      let name = Kept.shown(key.bytes ?? [])
      if !withOurs, name.contains(":s4l:") { continue }
      all[name] = try kept(Word(key.bytes ?? []), withOurs)
    }
    return all
  }

  private func kept(_ key: Word, _ withOurs: Bool) throws -> Kept? {
    func shown(_ words: Word...) throws -> [String] {
      try send([words]).last?.list.map { Kept.shown($0.bytes ?? []) } ?? []
    }
    func pairs(_ flat: [String]) -> [(String, String)] {
      stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
    }
    switch try send("TYPE", key).text {
    case "set": return .set(Set(try shown("SMEMBERS", key)))
    case "list": return .list(try shown("LRANGE", key, "0", "-1"))
    case "string": return .text(Kept.shown(try send("GET", key).bytes ?? []))
    case "zset":
      let scores = pairs(try shown("ZRANGE", key, "0", "-1", "WITHSCORES"))
      return .scores(Dictionary(uniqueKeysWithValues: scores.map { ($0, Int($1) ?? .min) }))
    case "hash":
      let fields = pairs(try shown("HGETALL", key)).filter { withOurs || !$0.0.hasPrefix("s4l_") }
      return .fields(Dictionary(uniqueKeysWithValues: fields))
    default: return nil
    }
  }

  /// Puts a keyspace there, as others have left it.
  func load(_ keyspace: Keyspace) throws {
    for (name, kept) in keyspace {
      let key = Word(name)
      switch kept {
      case .set(let members):
        _ = try send([["SADD", key] + members.map { Word(Kept.bytes($0)) }])
      case .list(let members):
        _ = try send([["RPUSH", key] + members.map { Word(Kept.bytes($0)) }])
      case .text(let text): _ = try send("SET", key, Word(Kept.bytes(text)))
      case .scores(let scores):
        _ = try send([["ZADD", key] + scores.flatMap { [Word($1), Word(Kept.bytes($0))] }])
      case .fields(let fields):
        _ = try send([["HSET", key] + fields.flatMap { [Word($0), Word(Kept.bytes($1))] }])
      }
    }
  }

  func ttl(_ key: String) throws -> Int { try send("TTL", Word(key)).integer ?? 0 }
}
