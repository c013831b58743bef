internal import Core
internal import Drives
internal import HTTP
internal import Store
internal import Values

/// A question what is at a path: a file, or a folder with what lies in it.
///
/// Only an answer is believed that is whole, of status 207, and tells of the very place that was
/// asked for. A folder is never asked for with all below it, which could walk a whole drive.
final class Asking {
  struct Question {
    var path: Path
    /// Whether what lies directly in it is to be told too.
    var isFolder: Bool
    /// Whether what stands between is not to answer from memory.
    var refreshes: Bool
    /// Whether it is called as a folder is, though only it is asked for.
    var isNamedFolder = false
  }

  private let drive: WebDAVDrive
  private let question: Question
  private let told: ([UInt8]?, Resource) -> Void
  private let then: (Result<Void, Failure>) -> Void
  private var status: Multistatus?
  private var href: Href
  private var isMet = false
  /// What is wrong with an answer itself.
  private var fault: Failure?

  /// Tells the name of each thing in a folder, and nil for what was asked for itself.
  init(
    _ drive: WebDAVDrive, _ question: Question, _ told: @escaping ([UInt8]?, Resource) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    self.drive = drive
    self.question = question
    self.told = told
    self.then = then
    href = Href(root: drive.place.path, question.path)
  }

  func start() {
    drive.send {
      self.exchange()
    } judge: {
      self.judge($0)
    } _: { result in
      self.status = nil
      if let fault = self.fault { return self.then(.failure(fault)) }
      self.then(result.map { _ in })
    }
  }

  private func exchange() -> Exchange {
    (isMet, fault) = (false, nil)
    href = Href(root: drive.place.path, question.path)
    let status = Multistatus { [unowned self] (address, resource) throws(Failure) in
      try take(address, resource)
    }
    self.status = status
    var headers = [
      (name: "Depth", value: question.isFolder ? "1" : "0"),
      (name: "Content-Type", value: "application/xml; charset=utf-8"),
    ]
    if question.refreshes { headers.append(("Cache-Control", "no-cache")) }
    var isOurs = false
    return Exchange(
      .propfind, drive.url(question.path, isFolder: question.isFolder || question.isNamedFolder),
      headers: headers,
      body: .bytes(Multistatus.question),
      sink: .stream { [unowned self] piece in
        // Of another answer, as from a proxy that wants a login, nothing is read.
        isOurs ? feed(piece, to: status) : true
      }, timeout: WebDAVDrive.longest, stall: WebDAVDrive.patience
    ) { answer in
      isOurs = answer.status == 207
      return true
    }
  }

  private func feed(_ piece: UnsafeRawBufferPointer, to status: Multistatus) -> Bool {
    do throws(Failure) {
      try status.feed(piece)
      return true
    } catch {
      fault = error
      return false
    }
  }

  private func take(_ address: UnsafeRawBufferPointer, _ resource: Resource) throws(Failure) {
    switch try href.meaning(address) {
    case .child(let name):
      guard question.isFolder else {
        throw Failure(.unavailable, "", "the server tells of more than was asked for")
      }
      told(name, resource)
    case .itself:
      if case .unknown(let failure) = resource.kind { throw failure }
      if question.isFolder, resource.kind != .folder {
        throw Failure(.refused, "", "it is no folder")
      }
      isMet = true
      told(nil, resource)
    }
  }

  private func judge(_ answer: Answer) -> Caller.Verdict? {
    guard answer.status == 207, let status else { return nil }
    do throws(Failure) {
      try status.finish()
      guard isMet else {
        throw Failure(.unavailable, "", "the answer tells nothing of the place that was asked for")
      }
      return .fine
    } catch {
      fault = error
      return .failed(error)
    }
  }
}
