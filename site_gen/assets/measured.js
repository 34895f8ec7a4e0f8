/* List the numbers of an older run or commit, read from those of each benchmark when asked for: so
   they cost a site nothing, and no later night rewrites the page. Text from data goes to textContent only. */
(() => {
  "use strict";
  const { data, runs, gather, make, digits, percent, scaled } = window.soundmark;
  const OPEN = 30;
  const MEDIAN_OF = 10, MULTIPLE_FROM = 10; // as history/judge has them
  const STATUSES = [["measured", "calm", "●"], ["skipped", "calm", "»"], ["failed", "bad", "✕"], ["invalid", "warn", "⊘"]];
  /* What begins at a point, as site_gen/format.py signs it; a decision makes it calm. */
  const BEGINS = { regression: ["bad", "■"], improvement: ["good", "★"], suspect: ["warn", "?"], drift: ["warn", "↗"], up: ["calm", "↑"], down: ["calm", "↓"] };
  const ORDER = ["failed", "invalid", "regression", "suspect", "drift"];
  const place = (word) => (ORDER.includes(word) ? ORDER.indexOf(word) : ORDER.length);

  /* Which runs a run is held against: those before it on its own branch and on the main one. */
  function judging(book) {
    const abandoned = new Set(book.abandoned), { c } = book.runs, of = book.branches?.of ?? {};
    return (run) => (other) => other < run && c[other] !== c[run] && !abandoned.has(other)
      && [0, of[c[run]] ?? 0].includes(of[c[other]] ?? 0);
  }
  function median(values) {
    const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
  function baseline(one, at, may) {
    const before = [];
    for (let back = at - 1; back >= 0 && before.length < MEDIAN_OF; back--) {
      if (one.y[back] !== null && !one.status?.[back] && may(one.x[back])) before.push(one.y[back]);
    }
    return before.length ? median(before) : NaN;
  }
  /* As history/report/wording/sizes.py tells it: near zero a ratio says nothing. */
  function change(one, before, value) {
    if (!Number.isFinite(before)) return ["–", NaN];
    const least = one.z ?? 0;
    if (!(before > 0 && before >= least)) {
      const isNothing = before === value || Math.max(Math.abs(before), Math.abs(value)) < least;
      return [isNothing ? "–" : `from ${scaled([before], one.u)}`, NaN];
    }
    const ratio = value / before;
    return [ratio >= MULTIPLE_FROM ? `×${digits(ratio)}` : percent(ratio - 1), ratio - 1];
  }

  /* The point of a series in one of these runs; of several the newest. */
  function point(benchmark, page, one, at, may) {
    const code = one.status?.[at] ?? 0, [word, tone, sign] = STATUSES[code], mark = one.f?.find((it) => it.x === at);
    const found = { benchmark, page, one, at, n: one.n[at], why: one.why?.[at] ?? "", verdict: word, pill: code ? [tone, sign] : null, change: ["–", NaN], before: NaN };
    if (!code) found.before = baseline(one, at, may(one.x[at]));
    if (!code) found.change = change(one, found.before, one.y[at]);
    if (!code && mark) [found.verdict, found.pill] = [mark.w, BEGINS[mark.w] ?? ["calm", "✓"]];
    return found;
  }
  function points(benchmark, page, wanted, may) {
    return page.series.flatMap((one) => {
      const at = one.x.findLastIndex((run) => wanted.has(run));
      return at < 0 ? [] : [point(benchmark, page, one, at, may)];
    });
  }

  const cell = (css, text, label) => { const td = make("td", css, text); if (label) td.dataset.l = label; return td; };
  const sub = (text, css = "sm-sub") => [make("br"), make("span", css, text)];
  /* micro.top_k[vocab=32000] as its name and its parameters. */
  function parts(name) {
    const [, plain, inside] = name.match(/^([^[]*)\[(.*)\]$/) ?? [], given = (inside ?? "").split(",").map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]);
    return given.every(([key]) => key) ? [plain, ...given] : [name];
  }
  function row(found, root, machines) {
    const { benchmark, page, one, at } = found, line = make("tr"), title = make("th"), link = make("a");
    const [plain, ...given] = parts(benchmark.name);
    const said = [page.titles[one.m], one.label === "default" ? "" : one.label, machines ? one.k : ""].filter(Boolean).join(" · ");
    title.scope = "row";
    link.href = `${root}${benchmark.path}/?m=${encodeURIComponent(one.m)}&on=${encodeURIComponent(one.k)}`;
    link.textContent = plain;
    title.append(link, ...given.flatMap(([key, text]) => {
      const chip = make("span", "sm-param", ` ${text}`);
      chip.prepend(make("span", "", key));
      return [" ", chip];
    }), ...sub(said));
    Object.assign(line.dataset, { suite: page.suite, verdict: found.verdict, machine: one.k, text: `${benchmark.name} ${one.m} ${one.v}${machines ? ` ${one.k}` : ""}` });
    const verdict = cell("", ""), value = cell("n", ""), moved = cell("n", found.change[0], "against baseline"), isThere = one.y[at] !== null && !one.status?.[at];
    if (found.pill) {
      const pill = make("span", `sm-pill t-${found.pill[0]}`), sign = make("i", "", found.pill[1]);
      sign.setAttribute("aria-hidden", "true");
      pill.append(sign, found.verdict);
      verdict.append(pill);
    }
    if (!isThere) verdict.append(...sub(found.why, "sm-sub sm-reason"));
    value.append(isThere ? scaled([one.y[at]], one.u) : "–");
    if (isThere && one.lo[at] < one.hi[at]) value.append(...sub((one.r?.includes(at) ? "range " : "") + scaled([one.lo[at], one.hi[at]], one.u)));
    if (isThere && found.why) value.append(...sub(`! ${found.why}`, "sm-flag t-warn sm-reason"));
    if (Number.isFinite(found.before)) moved.title = `against ${scaled([found.before], one.u)}`;
    moved.dataset.v = found.change[1];
    line.append(title, verdict, value, moved, cell("n opt", found.n));
    return line;
  }

  const HEADS = [["Benchmark"], ["Verdict"], ["Value", "n"], ["Change", "n", "against the baseline"], ["Samples", "n opt"]];
  function table(rows) {
    const box = make("div", "sm-scroll"), grid = make("table", "sm-table sm-rows"), head = make("tr");
    grid.dataset.sort = "";
    grid.setAttribute("aria-label", "Everything measured");
    for (const [name, css, more] of HEADS) {
      const one = make("th", css, name);
      one.scope = "col";
      if (more) { one.append(make("br"), make("small", "", more)); one.title = "The median of up to ten points before it, of its own and the main branch on the same machine"; }
      head.append(one);
    }
    grid.createTHead().append(head);
    grid.createTBody().append(...rows);
    box.append(grid);
    return box;
  }
  function choice(by, title, words) {
    const field = make("label", "sm-field"), list = make("select"), every = make("option", "", "all");
    every.value = "";
    list.dataset.by = by;
    list.append(every, ...[...new Set(words)].map((word) => make("option", "", word)));
    field.append(make("span", "", title), list);
    return field;
  }
  function tools(found, machines) {
    const box = make("div", "sm-tools"), field = make("label", "sm-field sm-grow"), input = make("input"), count = make("output", "sm-sub");
    Object.assign(input, { type: "search", placeholder: "name, metric or variant", autocomplete: "off" });
    [box.dataset.tools, input.dataset.filter, count.dataset.shown] = ["", "", ""];
    field.append(make("span", "", "Filter"), input);
    box.append(field, choice("suite", "Suite", found.map(({ page }) => page.suite)), choice("verdict", "Verdict", found.map(({ verdict }) => verdict)));
    if (machines) box.append(choice("machine", "Machine", found.map(({ one }) => one.k)));
    box.append(count);
    return box;
  }
  /* As the template tables/numbers.html writes it for the newest runs. */
  function show(section, found, root, machines) {
    const rows = found.map((one) => row(one, root, machines)), more = rows.length - OPEN;
    const title = make("h2", "", "Everything measured ");
    title.append(make("small", "", rows.length));
    section.replaceChildren(title, tools(found, machines), table(rows.slice(0, OPEN)));
    if (more > 0) {
      const fold = make("details", "sm-more");
      fold.dataset.rest = "";
      fold.append(make("summary", "", `${more} further ${more === 1 ? "row" : "rows"}`), table(rows.slice(OPEN)));
      section.append(fold);
    }
    window.soundmarkTables();
  }

  window.soundmarkMeasured = (section, root) => {
    if (section.querySelector("button")) return; // prepared already
    const go = make("button", "sm-go", "List them here"), said = make("span"), of = section.dataset.measured;
    go.type = "button";
    said.setAttribute("role", "status");
    section.firstElementChild.append(" ", go, " ", said);
    const list = async () => {
      go.hidden = true;
      const [book, index] = await Promise.all([runs(`${root}data/runs.json`), data(`${root}data/benchmarks.json`)]);
      const { id, c } = book.runs, commit = book.commits.sha.indexOf(of), may = judging(book);
      const wanted = new Set(id.flatMap((one, at) => (one && (one === of || c[at] === commit) ? [at] : [])));
      const pages = await gather(Object.values(index.suites).flat(), root, (text) => { said.textContent = text; });
      const found = pages.flatMap(([benchmark, page]) => points(benchmark, page, wanted, may));
      found.sort((a, b) => place(a.verdict) - place(b.verdict)); // the others stay as they were
      show(section, found, root, commit >= 0);
      section.dataset.ready = "1";
    };
    const guarded = () => list().catch((error) => {
      said.textContent = "The numbers could not be read.";
      go.hidden = false;
      console.error("soundmark: the numbers could not be listed.", error);
    });
    go.onclick = guarded;
    if (location.hash === `#${section.id}` || (location.search && section.id === "all")) guarded(); // an address that asks for them
  };
})();
