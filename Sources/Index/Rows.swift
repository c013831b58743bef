internal import Core

/// The records of a repository in byte order of path, one after the other, a page at a time.
struct Rows {
  private let store: any RecordStore
  private let repository: Repository
  private let prefix: [UInt8]
  private var page: [FileRecord] = []
  private var place = 0
  private var isLast = false

  static let size = 1_024

  init(_ store: any RecordStore, _ repository: Repository, within prefix: [UInt8] = []) {
    self.store = store
    self.repository = repository
    self.prefix = prefix
  }

  var current: FileRecord? {
    mutating get throws(Failure) {
      if place < page.count { return page[place] }
      if isLast { return nil }
      page = try store.page(
        of: repository, after: page.last?.path, within: prefix, atMost: Rows.size)
      place = 0
      isLast = page.count < Rows.size
      return page.first
    }
  }

  mutating func advance() { place += 1 }
}
