package import Core
package import System
internal import Tasks

extension RedisTasks {
  package func listen(
    _ loop: Loop, _ queues: [String], ready: @escaping () -> Void,
    cancelled: @escaping (_ id: String) -> Void
  ) throws(Failure) {
    // Where the server is must be known before anyone can listen to it.
    _ = try session.send("PING")
    ears?.close()
    ears = Ears(loop, session, queues, ready: ready, cancelled: cancelled)
  }
}
