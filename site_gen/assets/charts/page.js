/* The page of a benchmark: keeps choices, charts and texts consistent. */
(() => {
  "use strict";
  const { charts, make } = window.soundmark;
  const { show, record, columns, state: stateOf, key, rows, words, EVERY } = charts;

  /* The chosen lines, then the added ones, with the shown runs. */
  function lines(page, now, isOn) {
    const own = page.series.filter((one) => one.m === now.m && one.k === now.on);
    if (!own.some((one) => one.v === now.v)) now.v = "";
    const main = own.map((one, s) => ({ ...one, s: s % 7, name: one.label })).filter((one) => !now.v || one.v === now.v);
    const shown = new Set(main.map(key));
    const added = now.also.filter((one) => !shown.has(one)).map((one, nth) => {
      const found = page.series.find((each) => key(each) === one);
      return { ...found, s: (own.length + nth) % 7, name: words.name(found, page), isAdded: true };
    });
    return [...main, ...added].map((one) => ({ ...one, at: new Map(one.x.map((run, place) => [run, place]).filter(([run]) => isOn(run))) }));
  }

  /* The lines on the chosen branch; on every branch if it has none of them. */
  function onBranch(page, now, known) {
    const isOn = (run) => now.b === EVERY || known.branch(run) === now.b;
    const all = lines(page, now, isOn);
    if (all.some((one) => one.at.size)) {
      const away = new Set(all.flatMap((one) => one.x.filter((run) => !isOn(run))));
      return { all, isOn, away: away.size, isNone: false };
    }
    return { all: lines(page, now, () => true), isOn: () => true, away: 0, isNone: true };
  }

  /* First and last index of the range in the address: the newest n, or from commit to commit. */
  function range(asked, places, known) {
    const end = places.length - 1;
    if (/^\d+$/.test(asked)) return [Math.max(0, end + 1 - Number(asked)), end];
    const [from, to] = asked.split("..");
    const a = places.findIndex(({ run }) => known.sha(run).startsWith(from));
    const b = places.findLastIndex(({ run }) => known.sha(run).startsWith(to));
    return from && to && a >= 0 && b >= a ? [a, b] : [0, end];
  }

  window.soundmarkPage = async (section, base, page, book) => {
    const root = section.dataset.root, body = section.closest(".sm");
    const figure = section.querySelector('[data-chart="trend"]');
    const known = record(book, page.suite), chosen = stateOf(page, known), { now } = chosen;
    const here = location.pathname;
    const spoken = section.appendChild(make("p", "sm-vh"));
    spoken.setAttribute("role", "status");
    let turn = 0, view = null, said = now.r;

    async function draw() {
      const mine = ++turn, branch = onBranch(page, now, known), { all, isOn } = branch;
      const places = columns(all, known);
      const [first, last] = range(now.r, places, known);
      view = {
        first, last, places, known, state: now, width: figure.clientWidth,
        across: (at) => (now.axis === "date" ? known.time(places[at].run) : at),
        own: (at) => places[at].of[now.on] ?? places[at].run,
      };
      const drawn = rows(all, view, page);
      words.controls(section, page, now, known, chosen.branches);
      words.title(section, page, now, all, { ...drawn, branch });
      words.legend(section, all, (gone) => set({ also: now.also.filter((one) => one !== gone) }));
      words.table(section, all, view, root);
      if (now.r !== said) spoken.textContent = words.inView(view);
      said = now.r;
      const vega = await show(figure, base, "trend", drawn.sets, drawn.bounds, now.log);
      await window.soundmark.tools();
      if (!vega || mine !== turn) return;
      charts.strip(figure, all, view, zoom);
      charts.hold(figure, vega, view, {
        zoom,
        open: (at) => { location.href = root + known.runPath(view.own(at)); },
        say: (at, isKept) => charts.tip(all, view, page, at, root, isKept),
      });
      section.dataset.live = "1"; // it answers; the smaller charts below it come after its picture
      await new Promise((done) => { setTimeout(done); });
      if (mine !== turn) return;
      const [from, to] = [first, last].map((at) => known.commit(places[at].run));
      const isIn = (run) => known.commit(run) >= from && known.commit(run) <= to && isOn(run);
      await charts.smaller({ body, page, base, state: now, known, isIn, isOn, first: all[0] });
      if (mine === turn) section.dataset.ready = "1";
    }
    function set(changes, isStep = false) {
      Object.assign(now, changes);
      chosen.write(isStep);
      begin();
      return draw();
    }
    function begin() {
      delete section.dataset.ready;
      delete section.dataset.live;
    }
    const span = (a, b) => `${known.sha(view.places[a].run)}..${known.sha(view.places[b].run)}`;
    const zoom = (a, b) => {
      const r = a === 0 && b === view.places.length - 1 ? "" : span(a, b);
      if (r !== now.r) set({ r }, true);
    };

    for (const control of section.querySelectorAll("[data-set]")) control.onchange = () => {
      const next = { [control.dataset.set]: control.value };
      if ("m" in next && !page.series.some((one) => one.m === next.m && one.k === now.on)) next.on = page.series.find((one) => one.m === next.m).k;
      if ("b" in next) next.r = ""; // the ends of a range are runs of the branch that was left
      set(next);
    };
    for (const button of section.querySelectorAll("[data-range]")) button.onclick = () => set({ r: button.dataset.range }, button.dataset.range !== now.r);
    for (const button of section.querySelectorAll("[data-toggle]")) button.onclick = () => set({ [button.dataset.toggle]: now[button.dataset.toggle] ? "" : "1" });
    for (const button of section.querySelectorAll("[data-axis]")) button.onclick = () => set({ axis: button.dataset.axis });
    section.querySelector("[data-add]").onchange = (event) => { if (event.target.value) set({ also: [...now.also, event.target.value] }); };
    const copy = section.querySelector("[data-copy]");
    copy.onclick = async () => {
      // Including everything that a newer run or another default would change.
      const b = chosen.branches.length > 1 ? { b: now.b } : {};
      const link = chosen.address({ m: now.m, on: now.on, r: span(view.first, view.last), ...b }).href;
      const field = section.querySelector("[data-link]");
      field.value = link;
      try { await navigator.clipboard.writeText(link); copy.textContent = "Copied"; } catch { field.hidden = false; field.select(); }
    };
    const back = () => {
      if (!section.isConnected) return removeEventListener("popstate", back);
      if (location.pathname !== here) return; // the theme brings another page
      chosen.read();
      begin();
      draw();
    };
    addEventListener("popstate", back);
    const look = new MutationObserver(() => (figure.isConnected ? draw() : look.disconnect()));
    look.observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    await draw();
  };
})();
