internal import Core
internal import Redis
internal import Settings
internal import Tasks
internal import Values

/// Queues on a Redis server.
extension Queues {
  /// What an address leaves open is as the configuration has it.
  static func server(
    _ configuration: Configuration, host: String?, port: Int?, user: String?, database: Int?,
    isEncrypted: Bool
  ) throws(Failure) -> RedisTasks {
    let group = configuration.group("redis")
    let own = Queues.place(group?.text("addr") ?? "localhost:6379", usualPort: 6_379)
    var address = RedisAddress()
    address.host = host ?? own.host
    address.port = port ?? (host == nil ? own.port : 6_379)
    address.user = user ?? group?.text("user")
    address.password = try group?.secret("password")
    address.database = database ?? group?.integer("db") ?? 0
    address.tls = isEncrypted || group?.flag("tls") == true
    if host == nil {
      address.sentinels = (group?.list("sentinels") ?? []).map {
        Queues.place($0, usualPort: RedisAddress.usualSentinelPort)
      }
      address.master = group?.text("master")
    }
    return RedisTasks(address)
  }

  /// Host and port of a text that was checked to be both.
  private static func place(_ text: String, usualPort: Int) -> RedisAddress.Place {
    guard let colon = text.lastIndex(of: ":") else { return .init(text, usualPort) }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return .init(String(host), Int(text[text.index(after: colon)...]) ?? usualPort)
  }
}
