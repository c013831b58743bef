internal import CLinux
internal import Core
internal import Glibc

/// Where other threads leave what is to be done on the thread of a loop.
///
/// `@unchecked Sendable`: the list is only touched under the lock.
final class Bell: @unchecked Sendable {
  private let lock = Lock()
  private let event: Descriptor
  private var waiting: [@Sendable () -> Void] = []

  init() throws(Failure) {
    let number = s4l_bell_open()
    if number < 0 { throw Failure(errno: errno, "eventfd") }
    event = Descriptor(owning: number)
  }

  var file: Int32 { event.number }

  func post(_ body: @escaping @Sendable () -> Void) {
    lock.enter()
    let isFirst = waiting.isEmpty
    waiting.append(body)
    lock.leave()
    // The counter cannot overflow, as it is only rung for the first of a batch.
    if isFirst { s4l_bell_ring(event.number) }
  }

  /// Does what was left.
  func answer() {
    s4l_bell_answer(event.number)
    lock.enter()
    let bodies = waiting
    waiting = []
    lock.leave()
    for body in bodies { body() }
  }
}

/// Lets another thread have something done on the thread of a loop.
package struct Poster: Sendable {
  private let bell: Bell

  init(_ bell: Bell) { self.bell = bell }

  package func post(_ body: @escaping @Sendable () -> Void) { bell.post(body) }
}
