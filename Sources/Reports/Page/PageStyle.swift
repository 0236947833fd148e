/// The style of a report's page: for phones and wide screens, light and dark, screen and paper.
enum PageStyle {
    static let text = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1c1f23;--soft:#5b6470;--line:#d9dde3;--card:#f6f7f9;
        --ham:#2166ac;--spam:#c0510f;--accept:#4d9a6a;--tag:#c99a18;--quarantine:#9a6fb0;--defer:#6f86a8;
        --reject:#b5403a;--link:#1f5fa8}
        @media (prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e6e9ed;--soft:#9aa4b0;--line:#343a42;--card:#1d2126;
        --ham:#6aa9e0;--spam:#eb8a4a;--accept:#6abf8a;--tag:#e0b94a;--quarantine:#bf98d4;--defer:#94aacb;
        --reject:#e2716a;--link:#7fb4ee}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--bg);color:var(--fg);
        font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
        p{margin:.4rem 0;max-width:46rem}.soft,caption{color:var(--soft)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.7rem;margin:1rem 0}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
        .card b{display:block;font-size:1.45rem;font-variant-numeric:tabular-nums}.card span{color:var(--soft)}
        .card small{white-space:nowrap;font-size:.62em;font-weight:400;color:var(--soft)}
        nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.8rem 0}a{color:var(--link)}
        svg{display:block;width:100%;min-width:36rem;height:auto;max-height:22rem}.wide{overflow-x:auto}
        svg text{fill:var(--soft);font:12px system-ui,sans-serif}
        .axis{stroke:var(--line)}.ham{fill:var(--ham)}.spam{fill:var(--spam)}.other{fill:var(--soft)}
        .limit{stroke:var(--fg);stroke-dasharray:4 3}
        .curve{fill:none;stroke:var(--ham);stroke-width:2}
        .goes{fill:var(--line)}.accept{fill:var(--accept)}.tag{fill:var(--tag)}.quarantine{fill:var(--quarantine)}.defer{fill:var(--defer)}
        .reject,.disconnect,.discard{fill:var(--reject)}
        .key{display:flex;flex-wrap:wrap;align-items:center;gap:.2rem 1rem;margin:.3rem 0;font-size:.9rem}
        .key i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:.15em}
        .scroll{overflow-x:auto;max-height:32rem;overflow-y:auto;border:1px solid var(--line);border-radius:.4rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;padding:.4rem .6rem}
        caption>span{position:sticky;left:.6rem;display:inline-block;max-width:min(70rem,calc(100vw - 4rem))}
        th{position:sticky;top:0;background:var(--card);text-align:left;white-space:nowrap}
        th,td{padding:.25rem .6rem;border-top:1px solid var(--line);vertical-align:top}
        td{overflow-wrap:break-word;max-width:24rem}.n{text-align:right;white-space:nowrap}
        th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid var(--link)}
        th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
        input[type=search]{width:100%;max-width:22rem;margin:.3rem 0;padding:.35rem .5rem;font:inherit;color:inherit;
        background:var(--card);border:1px solid var(--line);border-radius:.4rem}
        details{border-top:1px solid var(--line);padding:.3rem 0}summary{cursor:pointer;overflow-wrap:anywhere}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);padding:.6rem;border-radius:.4rem;
        font:.82rem/1.45 ui-monospace,monospace}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem}
        .b{display:inline-block;padding:0 .4em;border-radius:.3em;border:1px solid currentColor;font-size:.85em}
        ul{margin:.3rem 0}.b.t-ham{color:var(--ham)}.b.t-spam{color:var(--spam)}.b.t-reject{color:var(--reject)}
        @media (max-width:40rem){body{padding:.8rem}table{font-size:.82rem}th,td{padding:.2rem .35rem}
        svg{min-width:0}svg text{font-size:20px}td{overflow-wrap:anywhere}td small{display:block}
        th{white-space:normal}th,td{padding:.2rem .25rem}.cards{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr))}
        .lead tr{display:flex;flex-wrap:wrap}.lead th,.lead td{flex:1 1 0;min-width:0}
        .lead th{position:static;border-top:0;font-size:.7rem;padding:.2rem .25rem .2rem 0}.lead th.n{white-space:normal}
        .lead th:first-child,.lead td:first-child{flex:0 0 100%;padding:.2rem .25rem 0}
        .lead td:not(:first-child){border-top:0;padding-top:0}.lead td:first-child small{display:inline}
        .lead thead tr{position:sticky;top:0;background:var(--card)}}
        @media print{body{max-width:none;font-size:10pt}.scroll{max-height:none;overflow:visible;border:0}
        nav,input[type=search],.key label,#count{display:none}h2,h3,caption,.key{break-after:avoid}
        details,tr,.wide{break-inside:avoid}.two{display:block}.two .table{margin-bottom:1rem}
        th{position:static;background:none}th.n{white-space:normal}td.n small{display:block}th button{display:contents}.key i{print-color-adjust:exact}}
        """

    /// Sorting, searching and filtering. Without it the page shows everything, in its first order.
    static let script = """
        'use strict';
        for (const box of document.querySelectorAll('.table')) {
          const body = box.querySelector('tbody'), heads = [...box.querySelectorAll('th')];
          heads.forEach((head, column) => head.querySelector('button')?.addEventListener('click', () => {
            const down = head.getAttribute('aria-sort') !== 'descending';
            heads.forEach(other => other.removeAttribute('aria-sort'));
            head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
            const key = row => { const cell = row.cells[column];
              return cell.dataset.k === undefined ? cell.textContent : Number(cell.dataset.k); };
            const rows = [...body.rows].map((row, place) => [key(row), place, row]);
            rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1) || a[1] - b[1]);
            body.append(...rows.map(row => row[2]));
          }));
          box.querySelector('input')?.addEventListener('input', event => {
            const wanted = event.target.value.toLowerCase();
            for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
          });
        }
        const list = document.getElementById('list');
        if (list) {
          const search = document.getElementById('find'), fate = document.getElementById('fate'),
            label = document.getElementById('label'), count = document.getElementById('count');
          const show = () => {
            const words = search.value.toLowerCase();
            let shown = 0;
            for (const item of list.children) {
              item.hidden = !((!fate.value || item.dataset.f === fate.value)
                && (!label.value || item.dataset.l === label.value)
                && (!words || item.textContent.toLowerCase().includes(words)));
              if (!item.hidden) shown++;
            }
            count.textContent = shown + ' shown';
          };
          for (const control of [search, fate, label]) control.addEventListener('input', show);
          show();
        }
        """
}
