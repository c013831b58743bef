package import Core
internal import Protobuf
package import Store
internal import System
package import Values

/// Folders, as the server streams what they hold.
extension CloudDrive2 {
  package func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    let call: Call
    do throws(Failure) { call = Call.list(try text(folder), refreshes: refreshes) } catch {
      loop.after(0) { then(.failure(error)) }
      return
    }
    let shelf = Shelf(links)
    ask(call) {
      shelf.count = 0
      return { message in shelf.read(message, each) }
    } _: { [self] result in
      if case .success = result, shelf.count == 0, !root.appending(folder).parts.isEmpty {
        return confirm(folder, then)
      }
      then(result)
    }
  }

  /// A folder without anything is asked for by its name: that a file, or nothing at all, has no
  /// content is no reason to take it for an empty folder.
  private func confirm(
    _ folder: Path, _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    look(folder) { result in
      then(
        Result { () throws(Failure) in
          if case .file = try result.get() {
            throw Failure(.data, "", "it is a file, and not a folder")
          }
        })
    }
  }
}

/// Reads what is told of the content of a folder, in memory of its own for what is not told as it
/// is wanted.
private final class Shelf {
  private let links: Links
  private let link = Buffer(capacity: 512)
  private let digest = Buffer(capacity: 64)
  private let name = Buffer(capacity: 256)
  /// How many things were told.
  var count = 0

  init(_ links: Links) {
    self.links = links
  }

  /// Tells what a message holds; gives why it cannot be told.
  func read(_ message: UnsafeRawBufferPointer, _ each: (Listed) -> Void) -> Failure? {
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
    if name.starts(with: Path.reserved) { return nil }
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
