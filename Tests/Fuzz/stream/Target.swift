import Core
import Glibc
import Records
import Stream
import System
import Values

/// Whatever the bytes are, reading them ends in records or in a failure, never in a crash; and what
/// was forwarded is read again as the same record.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzStream(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: bytes, count: count)
  for line in input.split(separator: 10) { roundTrip(UnsafeRawBufferPointer(rebasing: line)) }
  do throws(Failure) { try readSections(input) } catch { return 0 }
  return 0
}

private func roundTrip(_ line: UnsafeRawBufferPointer) {
  let parser = Parser()
  do throws(Failure) {
    let record = try parser.parse(line)
    let out = Buffer()
    Writer(out).forward(record)
    let kind = record.kind
    let path = record.path.map { Array($0) }
    for member in Member.allCases { look(record, member) }
    let again = try Parser().parse(UnsafeRawBufferPointer(rebasing: out.bytes.dropLast()))
    precondition(again.kind == kind && again.path.map { Array($0) } == path, "not the same record")
  } catch {
    precondition(error.kind == .data, "a malformed line is a failure of data")
  }
}

/// Asks for a member in its form; that it has another is a failure like any.
private func look(_ record: Record, _ member: Member) {
  do throws(Failure) {
    switch member.form {
    case .name: _ = try record.name(member)
    case .text: _ = try record.text(member)
    case .integer: _ = try record.integer(member)
    case .time: _ = try record.time(member)
    case .flag: _ = try record.flag(member)
    case .list: _ = try record.list(member)
    case .fingerprint: _ = try record.fingerprint(member)
    }
  } catch {
    precondition(error.kind == .data, "a wrong form is a failure of data")
  }
}

private func readSections(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
  let ends = try Pipe().release()
  let reader = Descriptor(owning: ends.reader)
  let writer = Descriptor(owning: ends.writer)
  _ = write(writer.number, bytes.baseAddress, min(bytes.count, 65_536))
  try writer.close("pipe")
  let stream = StreamReader(Input(reader.number, "input"))
  while true {
    if case .end = try stream.next() { return }
  }
}
