/// What the shells are told: one function a shell.
extension Sheet {
  private var function: String { "_" + page.name.replacing("-", "_") }

  /// Every spelling of an option.
  private func spellings(_ option: Line) -> [String] {
    (option.short.map { ["-\($0)"] } ?? []) + ["--\(option.name)"]
      + (option.isNegatable ? ["--no-\(option.name)"] : [])
  }

  var bash: String {
    var cases = ""
    for option in options where option.placeholder != nil {
      let names = spellings(option).joined(separator: "|")
      cases += "    \(names)) \(Sheet.bash(option.completion)); return ;;\n"
    }
    let flags = options.flatMap(spellings).joined(separator: " ")
    let operand = operands.map(\.completion).first { $0 != .none } ?? .none
    return """
      # bash completion for \(page.name); generated, see make generate.
      \(function)() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        case $previous in
      \(cases)  esac
        if [[ $current == -* ]]; then
          mapfile -t COMPREPLY < <(compgen -W "\(flags)" -- "$current")
          return
        fi
        \(Sheet.bash(operand))
      }
      complete -o filenames -F \(function) \(page.name)

      """
  }

  private static func bash(_ completion: Completion) -> String {
    switch completion {
    case .none: return "COMPREPLY=()"
    case .files: return "mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
    case .folders: return "mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
    case .tools:
      return "mapfile -t COMPREPLY < <(compgen -c -- \"s4l-$current\" | sed 's/^s4l-//')"
    case .choices(let words):
      let list = words.joined(separator: " ")
      return "mapfile -t COMPREPLY < <(compgen -W \"\(list)\" -- \"$current\")"
    }
  }

  var zsh: String {
    var lines: [String] = []
    for option in options {
      let help = Sheet.zsh(option.help)
      let value = option.placeholder.map { ":\($0):\(Sheet.zsh(option.completion))" } ?? ""
      for name in spellings(option) {
        let repeats = option.isRepeatable ? "*" : ""
        let equals = option.placeholder != nil && name.hasPrefix("--") ? "=" : ""
        lines.append("'\(repeats)\(name)\(equals)[\(help)]\(value)'")
      }
    }
    for (place, operand) in operands.enumerated() {
      let position = operand.isMany ? "*" : "\(place + 1)"
      lines.append("'\(position):\(operand.name):\(Sheet.zsh(operand.completion))'")
    }
    return """
      #compdef \(page.name)
      # zsh completion for \(page.name); generated, see make generate.
      _arguments -s -S \\
        \(lines.joined(separator: " \\\n  "))

      """
  }

  private static func zsh(_ help: String) -> String {
    help.map { letter in
      switch letter {
      case "[", "]", ":", "\\": "\\\(letter)"
      case "'": "'\\''"
      default: "\(letter)"
      }
    }.joined()
  }

  private static func zsh(_ completion: Completion) -> String {
    switch completion {
    case .none: " "
    case .files: "_files"
    case .folders: "_files -/"
    case .tools: "_command_names -e"
    case .choices(let words): "(\(words.joined(separator: " ")))"
    }
  }

  var fish: String {
    var out = "# fish completion for \(page.name); generated, see make generate.\n"
    if !operands.contains(where: { $0.completion == .files || $0.completion == .folders }) {
      out += "complete -c \(page.name) -f\n"
    }
    for option in options {
      let help = Sheet.fish(option.help)
      let short = option.short.map { " -s \($0)" } ?? ""
      out += "complete -c \(page.name)\(short) -l \(option.name)"
      if option.placeholder != nil { out += Sheet.fish(option.completion) }
      out += " -d '\(help)'\n"
      if option.isNegatable {
        out +=
          "complete -c \(page.name) -l no-\(option.name) -d 'The opposite of --\(option.name).'\n"
      }
    }
    return out
  }

  private static func fish(_ help: String) -> String {
    help.replacing("\\", "\\\\").replacing("'", "\\'")
  }

  private static func fish(_ completion: Completion) -> String {
    switch completion {
    case .none, .tools: " -x"
    case .files: " -r -F"
    case .folders: " -x -a '(__fish_complete_directories)'"
    case .choices(let words): " -x -a '\(words.joined(separator: " "))'"
    }
  }
}
