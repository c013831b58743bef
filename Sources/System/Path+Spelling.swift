package import Core
package import Values

extension Path {
  /// The same place from the top, links left as they are: another machine may have others.
  package func spelledOut() throws(Failure) -> Path {
    if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return try resolved() }
    return absolute(from: isAbsolute ? Path() : try Path(text: ".").resolved())
  }
}
