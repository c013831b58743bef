package import Digests
package import Records

/// Which digests are to be computed of a file.
package struct Recipe: Equatable, Sendable {
  package var algorithms: [Algorithm]
  /// The size of the parts of an ETag; nil if none is wanted.
  package var partSize: Int?

  package init(_ algorithms: [Algorithm] = [], partSize: Int? = nil) {
    self.algorithms = Algorithm.allCases.filter(algorithms.contains)
    self.partSize = partSize
  }

  package var isEmpty: Bool { algorithms.isEmpty && partSize == nil }

  /// The members that it fills, which replace those that a record already has.
  package var members: Members {
    algorithms.reduce(partSize == nil ? [] : [.etag, .partSize]) { $0.union([$1.member]) }
  }
}

extension Algorithm {
  package var member: Member {
    switch self {
    case .sha256: .sha256
    case .md5: .md5
    case .crc32c: .crc32c
    case .crc64nvme: .crc64nvme
    }
  }
}

/// The digests of one file as records write them.
package struct Sums: Equatable, Sendable {
  private var texts: [String?] = Array(repeating: nil, count: Algorithm.allCases.count)
  package var etag: String?
  /// The size of the parts, if the ETag is that of a multipart upload.
  package var partSize: Int?

  package init() {}

  package subscript(algorithm: Algorithm) -> String? {
    get { texts[algorithm.place] }
    set { texts[algorithm.place] = newValue }
  }

  /// Whether all that the recipe wants of a file of this size is here.
  package func cover(_ recipe: Recipe, size: Int) -> Bool {
    guard recipe.algorithms.allSatisfy({ self[$0] != nil }) else { return false }
    guard let part = recipe.partSize else { return true }
    return etag != nil && (partSize == part || partSize == nil && size <= part)
  }

  /// Adds what another computation found, which holds where both say something.
  package mutating func add(_ other: Sums) {
    for algorithm in Algorithm.allCases { self[algorithm] = other[algorithm] ?? self[algorithm] }
    if let etag = other.etag {
      self.etag = etag
      partSize = other.partSize
    }
  }

  /// Writes those that the recipe names.
  package func write(_ recipe: Recipe, _ writer: Writer) {
    for algorithm in recipe.algorithms {
      if let text = self[algorithm] { writer.add(algorithm.member, text: text) }
    }
    guard recipe.partSize != nil, let etag else { return }
    writer.add(.etag, text: etag)
    if let partSize { writer.add(.partSize, partSize) }
  }
}

extension Algorithm {
  fileprivate var place: Int {
    switch self {
    case .sha256: 0
    case .md5: 1
    case .crc32c: 2
    case .crc64nvme: 3
    }
  }
}
