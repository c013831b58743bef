internal import Core
internal import Digests
internal import HTTP
internal import Markup
internal import Objects
internal import Records
internal import Store
internal import Values

/// A large file on its way in blocks: several at a time, put together at the end if the file is
/// still the same.
///
/// A block is called by its number and the CRC-64 of its bytes, which the service compares with
/// what arrives. So a run goes on where a killed one stopped, and takes no block for what it is
/// not: whatever has changed in the file since has another name. What is never put together the
/// service drops after a week; until then it wants the names of all blocks to be equally long, so
/// ours are drawn out to those that somebody else has left there.
///
/// The blob is given the MD5 of the whole, which the service takes on trust. It comes of the very
/// bytes whose CRC-64 names each block, also of those that are there already: each is read, in
/// order, to learn its name.
final class Blocks {
  private let store: AzureStore
  private let parcel: Parcel
  private let file: Int32
  private let then: (Result<Receipt, Failure>) -> Void
  private let plan: PartPlan
  private var names: [String]
  /// The sizes of the blocks that are there already.
  private var found: [String: Int] = [:]
  /// How many bytes make a name.
  private var length = 12
  private var march: Parts?
  private let whole: Workshop.Whole
  /// The last blocks that are in hand, and that were read.
  private var (begun, read) = (0, 0)
  private var isReading = false

  /// How long the service may be silent while it puts a large blob together.
  private static let patience = Span(nanoseconds: 600_000_000_000)

  init(
    _ store: AzureStore, _ parcel: Parcel, _ file: Int32,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) throws(Failure) {
    self.store = store
    self.parcel = parcel
    self.file = file
    self.then = then
    plan = try PartPlan(
      size: parcel.size, wish: store.terms.partSize, threshold: 0, limits: AzureTerms.limits)
    names = Array(repeating: "", count: plan.count)
    whole = try Workshop.Whole(.md5)
  }

  func start() {
    var ask = Ask(.get, .listParts, store.key(parcel.path))
    ask.query = [("comp", "blocklist"), ("blocklisttype", "uncommitted")]
    ask.sink = .memory(most: Outline.longest)
    store.client.send(ask) { [self] result in
      switch result {
      case .success(let answer): find(answer.body)
      case .failure(let refusal) where refusal.fits(.absent): break
      case .failure(let refusal): return then(.failure(refusal.failure))
      }
      advance()
    }
  }

  /// Notes what is there. What cannot be read is sent again.
  private func find(_ body: [UInt8]) {
    do throws(Failure) {
      for list in try Outline(Texts.unmarked(body)).all("UncommittedBlocks") {
        for block in list.all("Block") {
          guard let name = block.string("Name"), let size = block.string("Size") else { continue }
          found[name] = Texts.number(size)
          length = max(length, Base64.decode(Array(name.utf8))?.count ?? 0)
        }
      }
    } catch {
      store.client.log.debug("\(parcel.path): \(error.message)")
    }
  }

  private func advance() {
    march = Parts(plan.count) { [self] number in
      begun = number
      readNext()
    } _: { [self] fault in
      march = nil
      if let fault { then(.failure(fault)) } else { complete() }
    }
    march?.advance()
  }

  /// Reads the next block, if it is in hand and no other is being read.
  private func readNext() {
    guard !isReading, read < begun else { return }
    isReading = true
    read += 1
    let (number, range) = (read, plan.range(read))
    store.workshop.digest(file, range, [.crc64nvme], of: whole) { [self] result in
      isReading = false
      switch result {
      case .failure(let failure):
        // Nor can those be read that wait.
        for _ in number...begun { march?.ended(failure) }
        read = begun
      case .success(let digests):
        let name = name(number, digests.crc64nvme)
        names[number - 1] = name
        if found[name] == range.count {
          march?.ended(nil)
        } else {
          send(number, digests.crc64nvme)
        }
        readNext()
      }
    }
  }

  /// All names have one length, as the service wants it.
  private func name(_ number: Int, _ checksum: [UInt8]) -> String {
    let digits = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    let name = digits + checksum
    return Base64.text(name + [UInt8](repeating: 0, count: length - name.count))
  }

  private func send(_ number: Int, _ checksum: [UInt8]) {
    let range = plan.range(number)
    var ask = Ask(.put, .part, store.key(parcel.path))
    ask.query = [("comp", "block"), ("blockid", names[number - 1])]
    // Here the bytes stand in the other order than everywhere else.
    ask.headers = [("x-ms-content-crc64", Base64.text(checksum.reversed()))]
    ask.body = .file(file, offset: range.lowerBound, count: range.count)
    ask.weight = range.count
    store.client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): march?.ended(refusal.failure)
      case .success:
        parcel.moved(range.count)
        march?.ended(nil)
      }
    }
  }

  private func complete() {
    guard parcel.isUnchanged() else {
      return then(.failure(Failure(.later, "", "it changed while it was copied")))
    }
    var ask = Ask(.put, .complete, store.key(parcel.path))
    ask.query = [("comp", "blocklist")]
    ask.headers = Making.headers(parcel, store.terms) + Making.condition(parcel.condition)
    do throws(Failure) {
      ask.headers.append(("x-ms-blob-content-md5", Base64.text(try whole.finish())))
    } catch {
      return then(.failure(error))
    }
    ask.headers.append(("Content-Type", "application/xml"))
    ask.stall = Blocks.patience
    ask.body = .bytes(list)
    store.client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): store.refused(parcel, refusal, then)
      case .success(let answer):
        var now = Fingerprint(size: parcel.size)
        now.etag = answer.headers["etag"].map { Array(Texts.unquoted($0).utf8) }
        then(.success(Receipt(now, isConfirmed: true)))
      }
    }
  }

  /// The list that puts the blocks together. A request that is made again finds them in the blob.
  private var list: [UInt8] {
    var bytes = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>".utf8)
    for name in names { bytes += Array("<Latest>\(name)</Latest>".utf8) }
    return bytes + Array("</BlockList>".utf8)
  }
}
