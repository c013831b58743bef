internal import CCurl
internal import Core
internal import System
internal import Values

/// The one table from libcurl's codes to kinds of trouble.
extension Trouble {
  /// What libcurl knows of a transfer that failed.
  struct Ending {
    var code: CURLcode
    /// Whether the request was on its way when it happened.
    var isConnected: Bool
    var errno: Int32
    /// Libcurl's own words, which may be none.
    var detail: String
  }

  init(_ ending: Ending) {
    let words = ending.detail.isEmpty ? String(cString: s4l_easy_words(ending.code)) : ending.detail
    self.init(Trouble.kind(ending), Trouble.tidied(words, ending.errno))
  }

  private static func kind(_ ending: Ending) -> Kind {
    switch ending.code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .unreachable
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CRL_BADFILE, CURLE_USE_SSL_FAILED:
      .untrusted
    case CURLE_SSL_CONNECT_ERROR: wasCut(ending) ? .broken : .untrusted
    // The same code says that an answer is none of HTTP and that a URL is none of ours.
    case CURLE_UNSUPPORTED_PROTOCOL: ending.isConnected ? .broken : .malformed
    case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_LOGIN_DENIED: .malformed
    case CURLE_FILESIZE_EXCEEDED: .tooLarge
    case CURLE_READ_ERROR: .file
    default: .broken
    }
  }

  /// Whether a handshake was ended by the network rather than by a disagreement.
  private static func wasCut(_ ending: Ending) -> Bool {
    ending.errno != 0
      || ["reset by peer", "SSL_ERROR_SYSCALL", "unexpected eof"].contains {
        ending.detail.holds($0)
      }
  }

  /// Libcurl's words as a reason of ours. The query of a URL may carry a signature and is left out.
  private static func tidied(_ words: String, _ errno: Int32) -> String {
    var kept = ""
    for word in words.split(separator: " ") {
      kept += kept.isEmpty ? "" : " "
      guard let query = word.firstIndex(of: "?"), word.index(after: query) != word.endIndex else {
        kept += word
        continue
      }
      kept += word[...query] + "..."
    }
    while kept.last == "." && !kept.hasSuffix("...") { kept.removeLast() }
    if kept.dropFirst().first?.isLowercase == true {
      kept = kept.prefix(1).lowercased() + kept.dropFirst()
    }
    let cause = errno == 0 ? "" : Failure.words(errno)
    return cause.isEmpty || kept.holds(cause) ? kept : "\(kept): \(cause)"
  }
}
