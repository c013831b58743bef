internal import Core
internal import Values

/// Reads a command line into a tool, by the rules of POSIX and the long options of GNU.
///
/// Options and operands may be mixed; `--` ends the options; `-abc` is three flags, `-o value` and
/// `-ovalue` are one option; names are never abbreviated; of an option given twice the last holds.
struct Arguments<Root> {
  let options: [Option<Root>]
  let operands: [Operand<Root>]

  func read(_ arguments: [[UInt8]], into root: inout Root) throws(Failure) {
    var rest = arguments[...]
    var found: [[UInt8]] = []
    var takesOptions = true
    var given: [Option<Root>] = []
    while let argument = rest.popFirst() {
      if !takesOptions || argument.first != UInt8(ascii: "-") || argument.count == 1 {
        found.append(argument)
        if operands.first?.arity == .rest { takesOptions = false }
      } else if argument.elementsEqual("--".utf8) {
        takesOptions = false
      } else if argument.starts(with: "--".utf8) {
        given.append(try long(argument.dropFirst(2), &rest, &root))
      } else {
        given += try short(argument.dropFirst(), &rest, &root)
      }
    }
    try place(found[...], &root)
    try check(given, for: found.first ?? [])
  }

  /// Whether each option that was given means something to the verb.
  private func check(_ given: [Option<Root>], for verb: [UInt8]) throws(Failure) {
    for option in given where !option.verbs.isEmpty {
      if option.verbs.contains(where: { $0.utf8.elementsEqual(verb) }) { continue }
      let verbs = option.verbs.joined(separator: ", ")
      throw Failure(.usage, "--\(option.name)", "it goes with \(verbs), not with \(Path(verb))")
    }
  }

  private func long(
    _ argument: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>, _ root: inout Root
  ) throws(Failure) -> Option<Root> {
    let name = argument.prefix { $0 != UInt8(ascii: "=") }
    let inline = argument.count > name.count ? Array(argument.dropFirst(name.count + 1)) : nil
    let text = "\(Path(name))"
    for option in options {
      let isOn = option.name == text
      guard isOn || option.isNegatable && "no-" + option.name == text else { continue }
      if option.placeholder == nil {
        if inline != nil { throw Failure(.usage, "--" + text, "it takes no value") }
        try option.store(&root, [], isOn)
        return option
      }
      guard let value = inline ?? rest.popFirst() else {
        throw Failure(.usage, "--" + text, "a value is missing")
      }
      try option.store(&root, value, true)
      return option
    }
    throw unknown("--" + text)
  }

  private func short(
    _ letters: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>, _ root: inout Root
  ) throws(Failure) -> [Option<Root>] {
    var letters = letters
    var given: [Option<Root>] = []
    while let letter = letters.popFirst() {
      let character = Character(Unicode.Scalar(letter))
      guard let option = options.first(where: { $0.short == character }) else {
        throw unknown("-\(Path([letter]))")
      }
      given.append(option)
      if option.placeholder == nil {
        try option.store(&root, [], true)
      } else if !letters.isEmpty {
        try option.store(&root, Array(letters), true)
        return given
      } else if let value = rest.popFirst() {
        try option.store(&root, value, true)
        return given
      } else {
        throw Failure(.usage, "-\(character)", "a value is missing")
      }
    }
    return given
  }

  private func unknown(_ option: String) -> Failure {
    let names = options.flatMap { option in
      ["--" + option.name] + (option.isNegatable ? ["--no-" + option.name] : [])
    }
    let hint = Suggestion.nearest(to: option, among: names).map { "; did you mean \($0)?" } ?? ""
    return Failure(.usage, option, "there is no such option" + hint)
  }

  private func place(_ found: ArraySlice<[UInt8]>, _ root: inout Root) throws(Failure) {
    var rest = found
    for operand in operands {
      switch operand.arity {
      case .one:
        guard let value = rest.popFirst() else {
          throw Failure(.usage, operand.name, "the operand is missing")
        }
        try operand.store(&root, value)
      case .optional:
        if let value = rest.popFirst() { try operand.store(&root, value) }
      case .any, .many, .rest:
        if rest.isEmpty, operand.arity == .many {
          throw Failure(.usage, operand.name, "the operand is missing")
        }
        while let value = rest.popFirst() { try operand.store(&root, value) }
      }
    }
    if let extra = rest.first {
      throw Failure(.usage, "\(Path(extra))", "there is no place for this operand")
    }
  }
}
