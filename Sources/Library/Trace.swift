internal import Core
internal import Manifests
internal import System
internal import Values

/// What tells that a run was killed while it wrote: `.s4l/drafts`, made before the first draft of a
/// run and removed at its end, and locked as long as the run lives. Only after such a run are
/// drafts looked for, beside each target; so no run pays for it otherwise.
struct Trace: ~Copyable {
  private static let name = Path(text: "drafts")

  private let ground: Folder
  private var file: Descriptor?
  /// Whether a run left it that does not live any more.
  private(set) var isOld = false

  init(in ground: Folder) {
    self.ground = ground
    do throws(SystemError) {
      let left = try ground.beneath(Manifest.place.parent).get().file(Trace.name, creates: false)
      isOld = try left.claim()
      if isOld { file = consume left }
    } catch {
      // What is not there, or cannot be opened, tells nothing.
      return
    }
  }

  /// Leaves it. That it cannot be made hinders nobody: then a draft may stay.
  mutating func leave() {
    if file != nil { return }
    do throws(SystemError) {
      let made = try ground.making(Manifest.place.parent).file(Trace.name, creates: true)
      if try made.claim() { file = consume made }
    } catch {
      return
    }
  }

  /// Removes it, unless drafts of another run may still stand somewhere.
  mutating func clear(sawAll: Bool) {
    guard file != nil, sawAll || !isOld else { return }
    do throws(SystemError) {
      try ground.beneath(Manifest.place.parent).get().discard(Trace.name)
    } catch {
      return
    }
    file = nil
    isOld = false
  }
}
