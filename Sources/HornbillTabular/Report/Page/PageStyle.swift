/// The page's style sheet: light and dark, for a desk and for a phone.
enum PageStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --page: #fff; --panel: #f6f7f9; --ink: #1c2126; --quiet: #57606a; --rule: #dde1e6; --strong-rule: #8b949e;
          --c1: #1f66b0; --c2: #c2570c; --c3: #12766d; --c4: #8744a8; --c5: #8a6a00; --c6: #b0305c;
          --warn: #fdf3dc; --warn-rule: #b7791f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171b; --panel: #1c2127; --ink: #e4e7eb; --quiet: #9ba5b0; --rule: #31373f; --strong-rule: #6b7580;
            --c1: #6eaee8; --c2: #ef9a5a; --c3: #55c2b4; --c4: #c592e0; --c5: #d6b24a; --c6: #ee85a8;
            --warn: #2e2717; --warn-rule: #c9973f;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body {
          margin: 0; background: var(--page); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }
        main, header, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2.5rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 650; margin: 0 0 .35rem; letter-spacing: -.01em; }
        h2 { font-size: 1.35rem; font-weight: 650; margin: 3rem 0 .25rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); }
        h3 { font-size: 1rem; font-weight: 650; margin: 2rem 0 .5rem; }
        p { margin: .35rem 0 .75rem; max-width: 46rem; }
        .quiet, figcaption.small, caption { color: var(--quiet); }
        a { color: var(--c1); }
        nav { margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .95rem; }
        nav a { text-decoration: none; padding: .3rem 0; }
        nav a:hover { text-decoration: underline; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
        .card { background: var(--panel); border-radius: .5rem; padding: 1rem 1.15rem; }
        .card b { display: block; font-size: 2rem; line-height: 1.15; font-weight: 600; margin: .2rem 0; }
        .card a { color: inherit; font-weight: 600; text-decoration: none; }
        .card a:hover { text-decoration: underline; }
        .card span { color: var(--quiet); font-size: .9rem; display: block; }
        .warnings { background: var(--warn); border-left: 3px solid var(--warn-rule); margin: 1.5rem 0 0; padding: .75rem 1rem .75rem 2rem; border-radius: .25rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.75rem 2rem; margin: 1rem 0; }
        figure { margin: 0; min-width: 0; }
        figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .35rem; }
        figure svg { display: block; width: 100%; height: auto; }
        figure p { font-size: .85rem; line-height: 1.4; margin: .35rem 0 0; color: var(--quiet); }
        svg text { font-size: 12px; fill: var(--quiet); font-family: inherit; }
        svg text.note { fill: var(--ink); font-size: 12px; paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
        svg .grid { stroke: var(--rule); fill: none; }
        svg .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        svg .dashed { stroke-dasharray: 5 3; }
        svg .reference { stroke: var(--strong-rule); stroke-dasharray: 2 3; fill: none; }
        svg .dot { fill: currentColor; fill-opacity: .55; }
        svg .bars { fill: currentColor; fill-opacity: .75; }
        svg .callout { fill: var(--page); stroke: var(--ink); stroke-width: 2; }
        .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
        .c4 { color: var(--c4); } .c5 { color: var(--c5); } .c6 { color: var(--c6); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: .35rem 0 0; font-size: .85rem; color: var(--quiet); }
        .legend svg { display: inline-block; width: 20px; height: 6px; margin-right: .4rem; vertical-align: middle; }
        .scroll { overflow-x: auto; margin: .75rem 0 1rem; }
        .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--c1); outline-offset: 2px; }
        table { border-collapse: collapse; font-size: .9rem; width: 100%; }
        table.narrow { width: auto; min-width: min(100%, 24rem); }
        caption { text-align: left; padding: 0 0 .4rem; font-size: .875rem; }
        th, td { text-align: left; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
        thead th { font-weight: 600; color: var(--quiet); border-bottom-color: var(--strong-rule); vertical-align: bottom; }
        th, td { overflow-wrap: break-word; }
        tbody th { font-weight: 500; min-width: 8rem; max-width: 22rem; overflow-wrap: anywhere; }
        .number { text-align: right; white-space: nowrap; }
        td.number + td:not(.number) { padding-left: .5rem; }
        td.note { color: var(--quiet); }
        .split { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 3rem; }
        .split > * { min-width: 0; }
        .confusion td { text-align: right; padding: .5rem .75rem; white-space: nowrap; border: 1px solid var(--page);
          background: color-mix(in srgb, var(--c1) calc(var(--share) * .55), transparent); }
        .confusion tbody th { vertical-align: middle; }
        .confusion td small { display: block; color: inherit; font-size: .8rem; }
        .lead { max-width: 27rem; margin: 1rem 0; }
        .confusion thead th:not(:first-child) { text-align: right; padding: .4rem .75rem; max-width: 9rem; }
        td.bar { width: 45%; min-width: 9rem; vertical-align: middle; padding-right: 0; }
        td.bar svg, .mini svg { display: block; width: 100%; height: 14px; }
        td.bar .whisker { stroke: var(--ink); fill: none; vector-effect: non-scaling-stroke; }
        td.bar .zero { stroke: var(--strong-rule); fill: none; vector-effect: non-scaling-stroke; }
        .mini { min-width: 11rem; max-width: 20rem; }
        .mini svg { height: 28px; max-width: 12rem; }
        .mini small { color: var(--quiet); font-size: .8rem; display: block; }
        .picture { background: #fff; border: 1px solid var(--rule); border-radius: .5rem; padding: 1rem; overflow: auto; max-height: 44rem; text-align: center; }
        .picture img { zoom: .65; }
        footer { color: var(--quiet); font-size: .85rem; padding-top: 2rem; padding-bottom: 3rem; }
        @media (max-width: 40rem) {
          header { padding-top: 1.5rem; }
          h1 { font-size: 1.5rem; }
          main, header, footer { padding-left: 1rem; padding-right: 1rem; }
          th, td { padding-right: .6rem; }
          td.bar { min-width: 5.5rem; width: 30%; }
          .stacked thead { display: none; }
          .stacked tr { display: block; border-bottom: 1px solid var(--rule); padding: .6rem 0; }
          .stacked th, .stacked td { display: block; border: 0; padding: .05rem 0; max-width: none; text-align: left; overflow-wrap: anywhere; }
          .stacked th { font-weight: 600; }
          .stacked td, .stacked td.number + td:not(.number) { display: inline-block; padding: .05rem 1rem .05rem 0; white-space: normal; }
          .stacked td::before { content: attr(data-label) " "; color: var(--quiet); }
          .stacked td:empty { display: none; }
        }
        @media print { .scroll, .picture { overflow: visible; max-height: none; } figure, tr { break-inside: avoid; } }

        """
}
