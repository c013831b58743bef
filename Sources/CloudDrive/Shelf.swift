package import Core
internal import Protobuf
package import Store
internal import Values

/// Reads what is told of the content of a folder, in memory of its own for what is not told as it
/// is wanted.
package final class Shelf {
  private let links: Links
  private let link = Buffer(capacity: 512)
  private let digest = Buffer(capacity: 64)
  private let name = Buffer(capacity: 256)
  /// How many things were told.
  package internal(set) var count = 0

  init(_ links: Links) {
    self.links = links
  }

  /// For addresses of contents at a server.
  package convenience init(_ address: String) { self.init(Links(address)) }

  /// Tells what a message holds; gives why it cannot be told.
  package func read(_ message: UnsafeRawBufferPointer, _ each: (Listed) -> Void) -> Failure? {
    var reader = Reader(message)
    while let field = reader.next() {
      guard field.number == 1 else { continue }
      guard let bytes = field.bytes, let file = CloudFile(bytes) else { return Shelf.garbage }
      if let failure = tell(file, each) { return failure }
    }
    return reader.isWhole ? nil : Shelf.garbage
  }

  private static let garbage = Failure(.data, "", "the answer is no message of the service")

  private func tell(_ file: CloudFile, _ each: (Listed) -> Void) -> Failure? {
    guard let name = file.name, Shelf.isName(name) else {
      // It cannot be told what is not known, so nothing is known of the folder.
      let shown = Path.visible((file.name ?? .init(start: nil, count: 0)).prefix(100))
      return Failure(.data, "", "it holds something that is called \"\(shown)\"")
    }
    count += 1
    switch file.kind {
    case .file: each(.file(view(file, name)))
    case .folder:
      self.name.clear()
      self.name.append(name)
      self.name.append(Path.slash)
      each(.folder(self.name.bytes))
    case .other:
      each(.hole(name, Failure(.refused, "", "it is neither a file nor a folder")))
    }
    return nil
  }

  private static func isName(_ name: UnsafeRawBufferPointer) -> Bool {
    if name.isEmpty || name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
      return false
    }
    return !name.contains { $0 == Path.slash || $0 == 0 }
  }

  private func view(_ file: CloudFile, _ name: UnsafeRawBufferPointer) -> Listed.View {
    var view = Listed.View(path: name, size: file.size)
    view.stored = file.changed
    if let md5 = file.md5 {
      digest.clear()
      for digit in md5 { digest.append(digit | 0x20) }
      view.md5 = digest.bytes
    }
    if let address = file.address {
      link.clear()
      if links.write(address, to: link) { view.url = link.bytes }
    }
    return view
  }
}
