/* Put any two measured commits, of one machine or of two, side by side, from the numbers that the charts load. Ratios and
   published intervals only: nothing is tested here. Text from data goes to textContent only. */
(() => {
  "use strict";
  const MOST = 200;
  const { data, runs, gather, make, digits, scaled } = window.soundmark;
  /* As history/report/wording/numbers.py writes ratios. */
  const written = (ratio) => (ratio >= 0.1 && ratio < 10 ? ratio.toFixed(2) : digits(ratio));
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const short = (text) => (/^[0-9a-f]{12,}$/.test(text) ? text.slice(0, 12) : text);

  /* The newest measured point of a series at a commit, in the unit of the series. */
  function point(one, at) {
    for (let place = one.x.length - 1; place >= 0; place--) {
      if (!at.has(one.x[place]) || one.y[place] === null || one.status?.[place]) continue;
      const [low, high] = [one.lo[place], one.hi[place]];
      return { value: one.y[place], low: low < high ? low : NaN, high: low < high ? high : NaN };
    }
    return null;
  }

  /* Near zero a ratio is meaningless; `z` is the limit. */
  function ratio(one, a, b) {
    const least = Math.min(a.value, b.value);
    if (!(least > 0) || least < (one.z ?? 0)) return { ratio: NaN };
    const found = { ratio: b.value / a.value };
    if (a.low > 0) [found.low, found.high] = [b.low / a.high, b.high / a.low];
    return found;
  }
  const stand = (a, b) => {
    if (!Number.isFinite(a.low) || !Number.isFinite(b.low)) return "not known";
    return a.high < b.low || b.high < a.low ? "apart" : "overlap";
  };

  window.soundmarkPick = async (section) => {
    const [book, index] = await Promise.all([runs(section.dataset.runs), data(section.dataset.index)]);
    const root = section.dataset.root, find = (name) => section.querySelector(`[data-pick-${name}]`);
    const fields = { s: find("suite"), on: find("machine"), on2: find("machine-to"), a: find("from"), b: find("to"), all: find("metrics") };
    const said = find("said"), table = find("table");
    const address = new URL(location.href);
    let turn = 0;

    const machine = (side) => (side === "b" && fields.on2.value) || fields.on.value;
    const runsAt = (commit, of) => new Set(book.runs.c.flatMap((one, run) =>
      (one === commit && book.machines[book.runs.k[run]] === of ? [run] : [])));
    const wish = (name, field) => {
      const told = address.searchParams.get(name);
      if (told !== null && [...field.options].some((one) => one.value === told)) field.value = told;
    };
    /* Commits of the machine of each side, the newest first; what was chosen stays if it is there. */
    function commits() {
      for (const [name, place] of [["a", machine("b") === machine("a") ? 1 : 0], ["b", 0]]) {
        const here = [...new Set(book.runs.c.filter((_, run) => book.machines[book.runs.k[run]] === machine(name)))].reverse();
        const before = fields[name].value;
        fields[name].replaceChildren(...here.map((commit) => {
          const option = make("option", "", `${day(book.commits.t[commit])} ${short(book.commits.sha[commit])} ${book.commits.subject[commit].slice(0, 60)}`);
          option.value = book.commits.sha[commit];
          return option;
        }));
        fields[name].selectedIndex = Math.min(place, here.length - 1);
        if ([...fields[name].options].some((one) => one.value === before)) fields[name].value = before;
      }
    }

    function remember() {
      for (const [name, field] of Object.entries(fields)) {
        if (field.value) address.searchParams.set(name, field.value); else address.searchParams.delete(name);
      }
      history.replaceState(history.state, "", address);
    }

    function row({ benchmark, page, one, a, b, found }) {
      const line = make("tr"), title = make("th"), link = make("a", "", benchmark.name);
      title.scope = "row";
      link.href = `${root}${benchmark.path}/?m=${encodeURIComponent(one.m)}&on=${encodeURIComponent(one.k)}`;
      const better = { lower: " · lower is better", higher: " · higher is better" }[one.d] ?? "";
      title.append(link, make("br"), make("span", "sm-sub", `${page.titles[one.m]} · ${one.label}${better}`));
      const number = (at, label) => {
        const cell = make("td", "n", scaled([at.value], one.u));
        cell.dataset.l = label;
        if (Number.isFinite(at.low)) cell.append(make("br"), make("span", "sm-sub", scaled([at.low, at.high], one.u)));
        return cell;
      };
      const times = make("td", "n", Number.isFinite(found.ratio) ? `${written(found.ratio)}×` : "–");
      times.dataset.l = "ratio";
      if (Number.isFinite(found.low)) times.append(make("br"), make("span", "sm-sub", `${written(found.low)} – ${written(found.high)}×`));
      const apart = make("td", "", stand(a, b));
      apart.dataset.l = "intervals";
      line.append(title, number(a, "from"), number(b, "to"), times, apart);
      return line;
    }

    async function draw() {
      const mine = ++turn;
      delete section.dataset.ready;
      const [from, to] = ["a", "b"].map((side) => runsAt(book.commits.sha.indexOf(fields[side].value), machine(side)));
      const told = (text) => { said.textContent = text; };
      const pages = await gather(index.suites[fields.s.value] ?? [], root, told, () => mine === turn);
      if (mine !== turn) return;
      const rows = [];
      let lone = 0;
      for (const [benchmark, page] of pages) {
        for (const one of page.series) {
          if (one.k !== fields.on.value || (!fields.all.value && one.m !== page.metric)) continue;
          const other = page.series.find((it) => it.k === machine("b") && it.m === one.m && it.label === one.label);
          const [a, b] = [point(one, from), other ? point(other, to) : null];
          if (a && b) rows.push({ benchmark, page, one, a, b, found: ratio(one, a, b) });
          else if (a || b) lone++;
        }
      }
      // Without a ratio one of them is near zero: a difference if the intervals are apart, else none.
      const size = ({ found, a, b }) => (found.ratio > 0 ? Math.abs(Math.log(found.ratio)) : stand(a, b) === "apart" ? 1e9 : -1);
      rows.sort((one, other) => size(other) - size(one) || (one.benchmark.name < other.benchmark.name ? -1 : 1));
      table.tBodies[0].replaceChildren(...rows.slice(0, MOST).map(row));
      table.hidden = !rows.length;
      const apart = rows.filter(({ a, b }) => stand(a, b) === "apart").length;
      said.textContent = (rows.length
        ? `${rows.length} ${rows.length === 1 ? "line was" : "lines were"} measured at both; the intervals of ${apart} are apart.`
        : "Nothing was measured at both commits.")
        + (lone ? ` ${lone} at one of them only.` : "")
        + (rows.length > MOST ? ` The ${MOST} with the largest ratios are shown.` : "");
      section.dataset.ready = "1";
    }
    const guarded = () => draw().catch((error) => {
      said.textContent = "The numbers could not be read.";
      console.error("soundmark: the commits could not be compared.", error);
    });

    wish("s", fields.s);
    wish("on", fields.on);
    wish("on2", fields.on2);
    commits();
    for (const name of ["a", "b", "all"]) wish(name, fields[name]);
    for (const [name, field] of Object.entries(fields)) {
      field.onchange = () => { if (name === "on" || name === "on2") commits(); remember(); guarded(); };
    }
    section.hidden = false;
    find("go").onclick = () => { remember(); guarded(); };
    // Files are fetched only on request.
    if (address.searchParams.has("a")) await guarded();
  };
})();
