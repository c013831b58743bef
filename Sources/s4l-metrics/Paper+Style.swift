extension Paper {
  static let style = #"""
    :root {
      --ground: #fbfbf9; --card: #fff; --ink: #1c2320; --quiet: #59635e; --line: #d9dedb;
      --good: #1a6b42; --odd: #8a5a00; --bad: #b3261e; --mark: #1f5fa8;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #141716; --card: #1c201e; --ink: #e6eae8; --quiet: #a3ada8; --line: #343b38;
        --good: #6fcf97; --odd: #f0b95b; --bad: #ff8a80; --mark: #8ab8f0;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--ground);
      color: var(--ink); font: 15px/1.45 system-ui, sans-serif;
    }
    header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; }
    h1 { font-size: 1.4rem; margin: 0; }
    h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
    h3 { font-size: .95rem; margin: 1rem 0 .3rem; }
    #summary { margin: 0; color: var(--quiet); flex: 1 1 14rem; }
    #said { min-height: 1.5em; margin: .3rem 0; }
    #said.bad, .bad { color: var(--bad); }
    .good { color: var(--good); }
    .odd { color: var(--odd); }
    .quiet { color: var(--quiet); }
    section {
      background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem;
      margin: 0 0 1rem;
    }
    .head { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; padding: .35rem .6rem .35rem 0; vertical-align: top; }
    thead th { color: var(--quiet); font-weight: 600; font-size: .85rem; }
    tbody tr { border-top: 1px solid var(--line); }
    tbody th { font-weight: 600; overflow-wrap: anywhere; }
    td { font-variant-numeric: tabular-nums; }
    td:last-child { white-space: nowrap; }
    ul { margin: 0; padding: 0; list-style: none; }
    li { border-top: 1px solid var(--line); padding: .35rem 0; overflow-wrap: anywhere; }
    li:first-child { border: 0; }
    input, button {
      font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet);
      border-radius: 6px; padding: .3rem .6rem; min-height: 2.2rem;
    }
    button { cursor: pointer; margin-right: .3rem; }
    :focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
    pre {
      margin: 0; max-height: 20rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
      font: 12px/1.5 ui-monospace, monospace;
    }
    #charts { display: grid; gap: 1rem;
      grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
    figure { margin: 0; }
    figcaption { color: var(--quiet); font-size: .85rem; }
    svg { display: block; width: 100%; height: 6rem; border-bottom: 1px solid var(--line); }
    progress { display: block; width: 8rem; max-width: 100%; accent-color: var(--good); }
    rect { fill: var(--mark); }
    rect.failed { fill: var(--bad); }
    rect.partial { fill: var(--odd); }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { position: static; }
    @media (max-width: 40rem) {
      body { padding: .5rem; }
      #rows, #rows tr, #rows th, #rows td { display: block; padding: .1rem 0; }
      .wide:has(#rows) thead { position: absolute; left: -99rem; }
      #rows tr { padding: .6rem 0; }
      #rows td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
      #rows button { min-height: 2.75rem; min-width: 5rem; margin-top: .3rem; }
    }

    """#
}
