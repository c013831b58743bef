internal import Core
internal import Glibc
internal import System
internal import Values

/// Folders that were made on request, and get their mode and time once all below them is done.
///
/// They wait in a scratch file, each followed by its length, and are read from the end: what lies
/// deeper comes first, before a folder above it may become unwritable.
final class Folders {
  private struct Traits {
    var mode: UInt32
    var seconds: Int64
    var nanoseconds: Int32
  }

  private let scratch: Scratch
  private let output: Output
  private var written = 0

  init() throws(Failure) {
    scratch = try Scratch()
    output = Output(scratch.descriptor, "temporary file")
  }

  func add(_ path: Path, _ inode: Inode) throws(Failure) {
    let traits = Traits(
      mode: inode.permissions, seconds: inode.mtime.seconds, nanoseconds: inode.mtime.nanoseconds)
    let start = output.buffer.count
    withUnsafeBytes(of: traits) { output.buffer.append($0) }
    output.buffer.append(path.bytes)
    withUnsafeBytes(of: UInt32(output.buffer.count - start)) { output.buffer.append($0) }
    written += output.buffer.count - start
    try output.settle()
  }

  /// Gives every folder its traits; returns what could not be done.
  func finish(_ target: Target, _ preserved: Preserved) throws(Failure) -> [Failure] {
    try output.flush()
    var failures: [Failure] = []
    var end = written
    while end > 0 {
      let size = Int(try read(4, at: end - 4) { $0.loadUnaligned(as: UInt32.self) })
      let start = end - 4 - size
      let head = MemoryLayout<Traits>.size
      let traits = try read(head, at: start) { $0.loadUnaligned(as: Traits.self) }
      let path = try read(size - head, at: start + head) { Path($0) }
      do throws(Mishap) {
        try give(traits, to: path, target, preserved)
      } catch {
        if case .failed(let failure) = error {
          failures.append(Failure(failure.kind, "\(path)", failure.reason))
        }
      }
      end = start
    }
    return failures
  }

  private func give(
    _ traits: Traits, to path: Path, _ target: Target, _ preserved: Preserved
  ) throws(Mishap) {
    let folder = path.isEmpty ? target.root : try target.open(path.bytes[...])
    guard let folder else { return }
    do throws(SystemError) {
      if preserved.mode { try Inode.setMode(traits.mode, of: folder.descriptor) }
      if preserved.times {
        let time = Timestamp(seconds: traits.seconds, nanoseconds: traits.nanoseconds)
        try Inode.setTime(time, of: folder.descriptor)
      }
    } catch {
      throw Mishap(error, path)
    }
  }

  private func read<Value>(
    _ count: Int, at offset: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws(Failure) -> Value {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes {
      pread(scratch.descriptor, $0.baseAddress, count, off_t(offset))
    }
    if got < 0 { throw Failure(errno: errno, "temporary file") }
    guard got == count else {
      throw Failure(.io, "temporary file", "it is shorter than was written")
    }
    return bytes.withUnsafeBytes(body)
  }
}

extension Carrier {
  /// Makes a folder that the listing names by itself.
  func folder(_ item: Item, _ folders: Folders) throws(Failure) -> Fate {
    if let objection = item.objection { return .failed(Mishap(.data, objection)) }
    guard let target = errand.target else { return .planned }
    let path = item.path.isEmpty ? item.path : item.path.trimmed
    let goal = item.target.isEmpty ? item.target : item.target.trimmed
    do throws(Mishap) {
      let source = try errand.source.folder(path.bytes[...])
      let inode = try Inode.look(source.descriptor)
      _ = try target.folder(goal.bytes[...]) { _ in inode.permissions }
      do { try folders.add(goal, inode) } catch { throw .failed(error) }
      return .copied(.file(inode), nil, isConfirmed: false)
    } catch .vanished {
      if errand.head == nil { return .failed(.vanished) }
      return .vanished
    } catch {
      return .failed(error)
    }
  }
}
