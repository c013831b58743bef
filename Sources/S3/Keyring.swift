package import Core
package import Signing

/// Where the keys come from that requests are signed with.
package protocol Keyring: AnyObject {
  /// The keys, if they are at hand and good for a while.
  var current: Keys? { get }
  /// Fetches them; nil are those of somebody who has none and signs nothing.
  func fetch(_ then: @escaping (Result<Keys?, Failure>) -> Void)
  /// The store has refused them as too old.
  func invalidate()
}
