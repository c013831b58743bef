internal import Core
internal import Values

/// How many arguments an operand takes.
package enum Arity: Sendable { case one, optional, any, many, rest }

/// An argument that is no option.
package struct Operand<Root> {
  package var name: String
  package var arity: Arity
  package var help: String
  package var completion: Completion
  let store: (inout Root, [UInt8]) throws(Failure) -> Void

  /// An operand that must be given.
  package static func one<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Root, Value>, _ help: String,
    _ completion: Completion? = nil
  ) -> Operand {
    Operand(name: name, arity: .one, help: help, completion: completion ?? Value.completion) {
      (root, bytes) throws(Failure) in
      root[keyPath: path] = try Value.read(bytes, for: name)
    }
  }

  /// An operand that may be left out.
  package static func optional<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Root, Value?>, _ help: String,
    _ completion: Completion? = nil
  ) -> Operand {
    Operand(name: name, arity: .optional, help: help, completion: completion ?? Value.completion) {
      (root, bytes) throws(Failure) in
      root[keyPath: path] = try Value.read(bytes, for: name)
    }
  }

  /// All the arguments that follow, options included once the first of them is there.
  package static func rest<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Root, [Value]>, _ help: String,
    _ completion: Completion? = nil
  ) -> Operand {
    Operand(name: name, arity: .rest, help: help, completion: completion ?? Value.completion) {
      (root, bytes) throws(Failure) in
      root[keyPath: path].append(try Value.read(bytes, for: name))
    }
  }

  /// Any number.
  package static func any<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Root, [Value]>, _ help: String,
    _ completion: Completion? = nil
  ) -> Operand {
    var operand = many(name, path, help, completion)
    operand.arity = .any
    return operand
  }

  /// One or more.
  package static func many<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Root, [Value]>, _ help: String,
    _ completion: Completion? = nil
  ) -> Operand {
    Operand(name: name, arity: .many, help: help, completion: completion ?? Value.completion) {
      (root, bytes) throws(Failure) in
      root[keyPath: path].append(try Value.read(bytes, for: name))
    }
  }

  /// The same operand of a part of the root.
  package func within<Outer>(_ path: WritableKeyPath<Outer, Root>) -> Operand<Outer> {
    Operand<Outer>(name: name, arity: arity, help: help, completion: completion) {
      (outer, bytes) throws(Failure) in
      try store(&outer[keyPath: path], bytes)
    }
  }
}
