internal import CLinux
package import Core
internal import Glibc
package import Values

/// The file systems that a folder and what lies below it are on.
package struct Grounds: Equatable, Sendable {
  /// A file system, and which part of it is seen.
  ///
  /// It is known again after a reboot, under another number of its device, through a bind mount or
  /// in a service's own view of the mounts. So neither the device nor the place of the mount is
  /// asked, but what the file system says of itself, and where in it the folder lies.
  package struct Ground: Equatable, Sendable {
    /// Below the folder that was asked about; empty for that itself.
    package var place: Path
    /// The kind of file system, as a number.
    var kind: String
    /// What the file system calls itself. Many make that of the number of the device, which says
    /// nothing for long.
    var name: String?
    /// When the folder was made, as far as that is known: it tells where the name does not.
    var born: String?
    /// Where in its file system the folder lies.
    var spot: Path

    /// Whether no more is known than that something is mounted there.
    package var isUnseen: Bool { kind == "-" }

    /// Whether it is certainly not the same as at another time.
    package func isOther(than then: Ground) -> Bool {
      if isUnseen || then.isUnseen { return false }
      if kind != then.kind || spot != then.spot { return true }
      if let name, let known = then.name { return name != known }
      if let born, let known = then.born { return born != known }
      return false
    }
  }

  package private(set) var all: [Ground] = []

  package init(_ all: [Ground] = []) { self.all = all }

  /// Looks at a folder. Where it `isAlone` of interest, what is mounted below is not looked into,
  /// which might have more mounted.
  package static func of(_ path: Path, isAlone: Bool) throws(Failure) -> Grounds {
    let top = try Folder.open(path)
    let place = try path.resolved()
    var folders = [(place: Path(), folder: top)]
    var unseen: [Ground] = []
    for inner in Set(Mounts.current().all.map(\.place)).sorted() where inner != place {
      guard inner.isWithin(place) else { continue }
      let rest = Path(inner.bytes.dropFirst(place.trimmed.bytes.count).drop { $0 == Path.slash })
      if isAlone {
        unseen.append(Ground(place: rest, kind: "-", spot: Path([Path.slash])))
        continue
      }
      // One that may not be looked into holds nothing that a listing could have named.
      if case .success(let folder) = inner.withCString({ top.open($0, followsLinks: false) }) {
        folders.append((rest, folder))
      }
    }
    // To open a folder may have had it mounted.
    let mounts = Mounts.current()
    var grounds = Grounds()
    for (inner, folder) in folders {
      let full = inner.isEmpty ? place : place.appending(inner)
      guard let facts = Facts(folder) else { continue }
      let mount = mounts.all.last { $0.number == facts.mount }
      // What another mount hides is not seen.
      if !inner.isEmpty, mount?.place != full { continue }
      grounds.all.append(facts.ground(inner, full, mount))
    }
    grounds.all += unseen
    return grounds
  }

  /// What is said of a folder's file system at this moment.
  private struct Facts {
    var raw = s4l_ground()
    var mount: Int { Int(truncatingIfNeeded: raw.mount) }

    init?(_ folder: Folder) {
      if s4l_ground_of(folder.descriptor, &raw) != 0 { return nil }
    }

    func ground(_ place: Path, _ full: Path, _ mount: Mounts.Mount?) -> Ground {
      let above = mount?.place.trimmed.bytes ?? []
      let below = full.bytes.dropFirst(above.count).drop { $0 == Path.slash }
      let seen = mount?.root ?? Path([Path.slash])
      return Ground(
        place: place, kind: String(raw.kind, radix: 16),
        name: raw.name == 0 ? nil : String(raw.name, radix: 16),
        born: raw.born == 0 ? nil : "\(raw.born).\(raw.born_ns)",
        spot: below.isEmpty ? seen : seen.appending(Path(below)))
    }
  }
}

// MARK: As a list of texts

extension Grounds {
  /// One line for each, of words such as a head can hold.
  package var texts: [String] { all.map(\.text) }

  /// What is malformed says nothing.
  package init(texts: [String]) { all = texts.compactMap(Ground.init) }
}

extension Grounds.Ground {
  fileprivate var text: String {
    ([kind, name ?? "-", born ?? "-"] + [spot, place].map(Self.escaped)).joined(separator: " ")
  }

  fileprivate init?(_ text: String) {
    let words = text.utf8.split(separator: 32, omittingEmptySubsequences: false)
    guard words.count == 5 else { return nil }
    let plain = words.map { String(decoding: $0, as: UTF8.self) }
    kind = plain[0]
    name = plain[1] == "-" ? nil : plain[1]
    born = plain[2] == "-" ? nil : plain[2]
    spot = Path(Mounts.plain(Array(words[3])[...]))
    place = Path(Mounts.plain(Array(words[4])[...]))
  }

  /// As the kernel does it in its table of mounts.
  private static func escaped(_ path: Path) -> String {
    var out: [UInt8] = []
    for byte in path.bytes {
      if (33...126).contains(byte), byte != UInt8(ascii: "\\") {
        out.append(byte)
      } else {
        out.append(UInt8(ascii: "\\"))
        out += [byte >> 6, byte >> 3 & 7, byte & 7].map { $0 + 48 }
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
