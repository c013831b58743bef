package import Core

package import Values

/// What s4l-publish queues: one task for a folder, or one for each part of it and a last one that
/// sees to the whole.
package struct Publication {
  package var queue = Task.usualQueue
  package var retries = 3
  /// Seconds that a try may take.
  package var timeout = 1_800
  package var deletesSources: Bool?
  package var overwrites = false
  /// Makes a name for a task.
  private let name: () -> String

  /// A payload stays well below what a queue or a line takes.
  package static let mostBytes = 1 << 20

  package init(naming name: @escaping () -> String) {
    self.name = name
  }

  package func order(_ sync: FileSync, id: String? = nil) -> Order {
    var sync = sync
    sync.deletesSources = deletesSources
    sync.overwrites = overwrites
    var task = Task(
      id: id ?? name(), queue: queue, type: FileSync.type, payload: sync.payload)
    task.retries = retries
    task.timeout = timeout
    return Order(task)
  }

  /// Tasks of at most so many files each, then one for the whole folder that waits until those have
  /// ended. It sends what they have left undone, but overwrites nothing for a second time.
  package func parts(
    of folder: Path, to prefix: Path, _ most: Int,
    _ files: (@escaping (Path) throws(Failure) -> Bool) throws(Failure) -> Void
  ) throws(Failure) -> [Order] {
    let parts = Parts(self, FileSync(folder, to: prefix), most)
    try files { (path) throws(Failure) in
      parts.add(path)
      return true
    }
    parts.close()
    var whole = self
    whole.overwrites = false
    var last = FileSync(folder, to: prefix)
    last.after = parts.orders.map(\.task.id)
    return parts.orders + [whole.order(last)]
  }

  private final class Parts {
    private let publication: Publication
    private var sync: FileSync
    private let most: Int
    private var files: [Path] = []
    private var bytes = 0
    private(set) var orders: [Order] = []

    init(_ publication: Publication, _ sync: FileSync, _ most: Int) {
      self.publication = publication
      self.sync = sync
      self.most = most
    }

    func add(_ path: Path) {
      files.append(path)
      bytes += 2 * path.bytes.count
      if files.count >= most || bytes >= Publication.mostBytes { close() }
    }

    func close() {
      if files.isEmpty { return }
      sync.files = files
      orders.append(publication.order(sync))
      files = []
      bytes = 0
    }
  }
}
