internal import CLinux
package import Core
internal import Glibc
package import Values

/// An empty file by whose being touched processes of one machine wake each other.
///
/// A ring may be missed: where the system has no more watches to give, or when somebody removes the
/// file. Whoever waits looks by himself now and then.
package final class Doorbell {
  private let path: Path
  private let file: Descriptor
  private var watch: Watch?

  private struct Watch: ~Copyable {
    let loop: Loop
    let notice: Descriptor

    deinit { loop.forget(notice.number) }
  }

  /// Opens the bell, and hangs it up where none is: only its owner can ring it.
  package init(_ path: Path) throws(Failure) {
    self.path = path
    let opened = path.withCString {
      Glibc.open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    if opened < 0 { throw Failure(errno: errno, path) }
    file = Descriptor(owning: opened)
  }

  /// Wakes whoever waits, in this process too. It cannot fail but by not being heard.
  package func ring() { _ = futimens(file.number, nil) }

  /// Has a loop call when it is rung, in place of what was called before. Rings that come close
  /// together are one.
  package func answer(_ loop: Loop, _ body: @escaping () -> Void) {
    watch = nil
    let opened = path.withCString { s4l_notice_open($0) }
    if opened < 0 { return }
    let notice = Descriptor(owning: opened)
    loop.watch(opened, .reading) { _ in
      s4l_notice_answer(opened)
      body()
    }
    watch = Watch(loop: loop, notice: notice)
  }
}
