import Core
import Digests
import Serve
import Values

/// The page that people see: one text that needs nothing from elsewhere.
///
/// What it shows comes from /api/state as data, and is put into the page as text alone: the name of
/// a file can be anything, and is never taken for markup.
enum Paper {
  /// The whole page. Browsers run its script and no other, which they know by its digest.
  static func answer() throws(Failure) -> Answer {
    let code = script + chart
    let policy =
      "default-src 'none'; script-src 'sha256-\(try sum(code))'; "
      + "style-src 'sha256-\(try sum(style))'; connect-src 'self'; img-src data:; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    let text = head + "<style>" + style + "</style>\n" + markup + "<script>" + code + "</script>\n"
    return Answer(200, "text/html; charset=utf-8", Array(text.utf8))
      .with("Content-Security-Policy", policy)
      .with("X-Content-Type-Options", "nosniff")
      .with("Referrer-Policy", "no-referrer")
      .with("Cache-Control", "no-cache")
  }

  private static func sum(_ text: String) throws(Failure) -> String {
    let digest = try Digest(.sha256).value(of: Array(text.utf8))
    return String(decoding: Base64.encode(digest), as: UTF8.self)
  }

  private static let head = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>s4l</title>
    <link rel="icon" href="data:,">

    """#

  private static let markup = #"""
    </head>
    <body>
    <a class="skip" href="#jobs">To the jobs</a>
    <header>
    <h1>s4l</h1>
    <p id="summary">Loading…</p>
    <form id="key">
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="off" spellcheck="false">
    <button>Use</button>
    </form>
    </header>
    <p id="said" role="status" aria-live="polite"></p>
    <main>
    <section aria-labelledby="jobs">
    <div class="head">
    <h2 id="jobs" tabindex="-1">Jobs</h2>
    <label>Show only <input id="filter" type="search" autocomplete="off"></label>
    </div>
    <div class="wide"><table>
    <thead><tr><th scope="col">Job<th scope="col">State<th scope="col">Schedule
    <th scope="col">Next<th scope="col">Last<th scope="col">Result<th scope="col">Do</tr></thead>
    <tbody id="rows"></tbody>
    </table></div>
    <p id="more" hidden><button id="all" type="button">Show all</button></p>
    </section>
    <section aria-labelledby="runs">
    <h2 id="runs">Last runs</h2>
    <div id="charts"></div>
    </section>
    <section aria-labelledby="failed">
    <h2 id="failed">Failed files</h2>
    <ul id="failures"></ul>
    </section>
    <section aria-labelledby="queue">
    <h2 id="queue">Queues</h2>
    <div class="wide"><table>
    <thead><tr><th scope="col">Queue<th scope="col">Ready<th scope="col">Active
    <th scope="col">Scheduled<th scope="col">To retry<th scope="col">Given up</tr></thead>
    <tbody id="queues"></tbody>
    </table></div>
    <h3>Given up</h3>
    <ul id="dead"></ul>
    </section>
    <section aria-labelledby="children">
    <h2 id="children">Processes</h2>
    <ul id="processes"></ul>
    </section>
    <section aria-labelledby="log">
    <h2 id="log">Log</h2>
    <pre id="lines" tabindex="0" aria-labelledby="log"></pre>
    </section>
    </main>
    <noscript><p>This page needs its script. The numbers are at <a href="/metrics">/metrics</a>.
    </noscript>

    """#
}
