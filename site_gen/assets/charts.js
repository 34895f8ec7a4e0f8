/* Draw the charts of a benchmark's page over their static drawings. Loaded with Vega when the first
   chart comes near the window. Text from data goes to textContent only, never to innerHTML. */
(() => {
  "use strict";
  const views = new Map(); // container -> Vega view; never kept on elements, or pages would leak
  const ABSENT = ["", "»", "✕", "⊘"];
  const WORDS = ["measured", "skipped", "failed", "invalid"];
  const LATEST = 12; // runs in the table
  const SIGN = 12, HALF_A_DAY = 36, AXIS = 44; // pixels: a sign, half of 2026-12-20, the axis of values

  const { load, make, digits: number, amount, unit, percent } = window.soundmark;
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

  /* A specification with the colours of the moment; log changes the scale itself. */
  async function specification(base, kind, log) {
    const style = getComputedStyle(document.body);
    const text = await load(`${base}charts/${kind}.vg.json`, "text");
    const spec = JSON.parse(text.replace(/var\((--[\w-]+)\)/g, (_, name) =>
      style.getPropertyValue(name).trim().replace(/"/g, "'")));
    if (log) spec.scales.find((one) => one.name === "y").type = "log";
    return spec;
  }

  async function show(figure, base, kind, sets, bounds, log) {
    const spec = await specification(base, kind, log);
    if (!figure.isConnected) return null;
    drop(figure);
    const place = figure.querySelector(".sm-canvas") ?? figure.appendChild(make("div", "sm-canvas"));
    place.querySelector(":scope > .sm-view")?.remove();
    const holder = place.appendChild(make("div", "sm-view"));
    const view = new vega.View(vega.parse(spec), { renderer: "canvas", container: holder, logLevel: vega.Warn });
    views.set(figure, view);
    for (const [name, value] of Object.entries(bounds)) view.signal(name, value);
    for (const [name, rows] of Object.entries(sets)) view.data(name, rows);
    await view.runAsync();
    figure.classList.add("sm-drawn");
    return view;
  }
  function drop(figure) {
    views.get(figure)?.finalize();
    views.delete(figure);
  }
  window.soundmarkLeave = () => {
    for (const figure of [...views.keys()]) {
      if (!figure.isConnected) { drop(figure); figure.replaceChildren(); }
    }
  };

  window.soundmarkViews = () => views.size; // a test watches that pages leave nothing behind

  /* Ends of the y axis: all values, and at least ± 5 % of the median, so that noise looks small. */
  function ends(values, log, least = 0.05) {
    const kept = values.filter((one) => Number.isFinite(one) && (!log || one > 0));
    if (!kept.length) return [log ? 1 : 0, log ? 10 : 1];
    const middle = median(kept);
    const room = Math.abs(middle) * least || 0.5;
    let [low, high] = [Infinity, -Infinity];
    for (const one of kept) { if (one < low) low = one; if (one > high) high = one; }
    if (log) return [low / 1.1, high * 1.1];
    low = Math.min(low, middle - room);
    high = Math.max(high, middle + room);
    const margin = (high - low) * 0.06;
    return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
  }

  window.soundmarkPage = async (section, base) => {
    const [page, book] = await Promise.all([load(section.dataset.page), load(section.dataset.runs)]);
    if (page.format !== 1 || book.format !== 1) throw new Error("another format of data");
    const root = section.dataset.root;
    const body = section.closest(".sm");
    const find = (selector) => section.querySelector(selector);
    const figure = find('[data-chart="trend"]');
    const state = { m: page.metric, on: page.machine, v: "", r: "", log: "", rel: "", date: "" };
    const defaults = { ...state };
    for (const name of Object.keys(state)) {
      const told = new URL(location.href).searchParams.get(name);
      if (told !== null) state[name] = told;
    }
    if (!page.series.some((one) => one.m === state.m)) state.m = page.metric;
    if (!page.series.some((one) => one.m === state.m && one.k === state.on)) {
      state.on = page.series.find((one) => one.m === state.m).k;
    }
    const dirty = new Set(book.dirty);
    const abandoned = new Set(book.abandoned);
    const commit = (run) => book.runs.c[run];
    const time = (run) => book.commits.t[commit(run)];
    const env = (run) => (book.env[run] ?? []).filter((text) => !text.split(".")[0].includes("/") || text.startsWith(`${page.suite}/`));
    const sha = (run) => { const text = book.commits.sha[commit(run)]; return /^[0-9a-f]{12,}$/.test(text) ? text.slice(0, 9) : text; };
    let chosen, runs, first, last, cursor = -1, tip, turn = 0;

    function choose() {
      const all = page.series.filter((one) => one.m === state.m && one.k === state.on);
      if (!all.some((one) => one.v === state.v)) state.v = "";
      chosen = all.map((one, s) => ({ ...one, s: s % 7, at: new Map(one.x.map((run, place) => [run, place])) }))
        .filter((one) => !state.v || one.v === state.v);
      runs = [...new Set(chosen.flatMap((one) => one.x))].sort((a, b) => a - b);
      [first, last] = [0, runs.length - 1];
      if (/^\d+$/.test(state.r)) first = Math.max(0, runs.length - Number(state.r));
      else if (state.r) {
        const [from, to] = state.r.split("..");
        const a = runs.findIndex((run) => sha(run).startsWith(from));
        const b = runs.findLastIndex((run) => sha(run).startsWith(to));
        if (from && to && a >= 0 && b >= a) [first, last] = [a, b];
      }
    }
    // Dots must not run into each other, whatever the width.
    const dot = (count) => { const room = figure.clientWidth / count; return room < 5 ? 0 : room < 10 ? 12 : room < 40 ? 18 : 44; };
    const across = (place) => (state.date ? time(runs[place]) : place);

    function rows() {
      const sets = { points: [], bars: [], levels: [], marks: [], absent: [], limits: [], brush: [], cursor: [], ticks: [] };
      const tall = [];
      for (const one of chosen) {
        const seen = one.x.map((run, place) => place).filter((place) => {
          const x = runs.indexOf(one.x[place]);
          return x >= first && x <= last;
        });
        const start = one.y[seen.find((place) => one.y[place] !== null)] * one.q;
        const scale = (value) => (state.rel ? (value / start) * 100 : value);
        for (const place of seen) {
          const x = across(runs.indexOf(one.x[place]));
          const status = one.status?.[place] ?? 0;
          const value = one.y[place];
          if (status || value === null) { sets.absent.push({ x, symbol: ABSENT[status] || "✕" }); }
          const v = value === null || status ? null : scale(value * one.q);
          const lo = v === null ? null : scale((value - one.lo[place]) * one.q);
          const hi = v === null ? null : scale((value + one.hi[place]) * one.q);
          if (v !== null) tall.push(v, lo, hi);
          if (v !== null && seen.length <= 12) sets.bars.push({ x, lo, hi, s: one.s });
          sets.points.push({ x, v, lo, hi, s: one.s, size: dot(seen.length) });
        }
        for (const mark of one.f ?? []) {
          if (seen.includes(mark.x)) sets.marks.push({ x: across(runs.indexOf(one.x[mark.x])), tone: mark.tone, symbol: mark.symbol });
        }
        for (const [from, to, value] of one.l ?? []) {
          const inside = seen.filter((place) => place >= from && place <= to);
          if (inside.length) sets.levels.push({ x: across(runs.indexOf(one.x[inside[0]])), x2: across(runs.indexOf(one.x[inside.at(-1)])), v: scale(value), s: one.s });
        }
        if (!state.rel) for (const [value, label] of one.t ?? []) sets.limits.push({ v: value, label });
      }
      for (let place = first; place <= last; place++) {
        const run = runs[place];
        if (place && env(run).length) sets.marks.push({ x: across(place), tone: "env", symbol: "◆" });
        for (const note of page.notes) if (place === noted(note)) sets.marks.push({ x: across(place), tone: "note", symbol: "✎" });
      }
      const room = Math.max(2, Math.floor(figure.clientWidth / 130));
      const [a, b] = [across(first), across(last)];
      const days = new Set(runs.map((run) => day(time(run)))).size;
      const crowded = days * 2 < runs.length + 1; // many runs share a day, so name commits
      const steps = Math.min(room, last - first + 1);
      for (let step = 0; step < steps; step++) {
        const share = steps > 1 ? step / (steps - 1) : 0.5;
        const x = state.date ? a + (b - a) * share : Math.round(a + (b - a) * share);
        sets.ticks.push({ x, label: state.date ? day(x) : crowded ? sha(runs[x]) : day(time(runs[x])) });
      }
      const pad = state.date ? Math.max((b - a) * 0.02, 3600) : Math.max((b - a) * 0.025, 0.5);
      let [ymin, ymax] = ends(tall, state.log);
      // A limit far away would flatten the lines, so only a near one widens the view.
      sets.limits = sets.limits.filter((one) => one.v >= 2 * ymin - ymax && one.v <= 2 * ymax - ymin);
      [ymin, ymax] = ends([...tall, ...sets.limits.map((one) => one.v)], state.log);
      // The newest day is named below its run: half of the name reaches beyond it. The rest of what
      // is not the plane is the axis on the left.
      const pixel = (b - a + pad) / Math.max(figure.clientWidth - HALF_A_DAY - AXIS, 1);
      sets.marks = aside(sets.marks, pixel);
      return [sets, { xmin: a - pad, xmax: b + Math.max(pad, HALF_A_DAY * pixel), ymin, ymax }];
    }
    /* Signs that would lie on each other stand side by side; the same one at the same run once. */
    function aside(marks, pixel) {
      const kept = [...new Map(marks.map((mark) => [`${mark.x} ${mark.symbol} ${mark.tone}`, mark])).values()];
      let free = -Infinity;
      return kept.sort((one, other) => one.x - other.x).map((mark) => {
        const at = mark.x / pixel, place = Math.max(at, free);
        free = place + SIGN;
        return { ...mark, dx: place - at };
      });
    }
    const noted = (note) => runs.findIndex((run) => (note.c
      ? book.commits.sha[commit(run)].startsWith(note.c) : note.d && day(time(run)) >= note.d));

    async function draw() {
      const mine = ++turn;
      choose();
      words();
      const [sets, bounds] = rows();
      const view = await show(figure, base, "trend", sets, bounds, state.log);
      if (!view || mine !== turn) return;
      hold(view);
      await rest();
      section.dataset.ready = "1";
    }

    function remember() {
      const address = new URL(location.href);
      for (const [name, value] of Object.entries(state)) {
        if (value === defaults[name]) address.searchParams.delete(name); else address.searchParams.set(name, value);
      }
      history.replaceState(history.state, "", address);
    }
    function set(changes) { Object.assign(state, changes); remember(); delete section.dataset.ready; return draw(); }

    /* Everything beside the chart that depends on what was chosen. */
    function words() {
      const unit = state.rel ? "% of the first run in view" : chosen[0].u;
      find("[data-title]").replaceChildren(page.titles[state.m] + " ", make("small", "", unit));
      const way = { lower: "Lower is better", higher: "Higher is better" }[chosen[0].d] ?? "No direction";
      find("[data-hint]").textContent = `${page.about[state.m]} ${way}. On ${state.on}.`.trim();
      const variants = find('[data-set="v"]');
      variants.replaceChildren(...[["", "all variants"], ...page.series.filter((one) => one.m === state.m && one.k === state.on).map((one) => [one.v, one.label])]
        .map(([value, label]) => { const option = make("option", "", label); option.value = value; return option; }));
      for (const name of ["m", "on", "v"]) find(`[data-set="${name}"]`).value = state[name];
      for (const button of section.querySelectorAll("[data-range]")) button.setAttribute("aria-pressed", String(button.dataset.range === state.r));
      for (const button of section.querySelectorAll("[data-toggle]")) button.setAttribute("aria-pressed", String(Boolean(state[button.dataset.toggle])));
      find("[data-legend]").replaceChildren(...chosen.map((one) => {
        const item = make("li");
        item.innerHTML = `<svg viewBox="0 0 24 8" aria-hidden="true"><path class="l c${one.s}" d="M0 4H24"/></svg>`;
        item.append(one.label + " ", make("b", "", latest(one)));
        return item;
      }));
      table();
    }
    const latest = (one) => {
      const place = one.y.length - 1;
      if (place < 0) return "–";
      return one.y[place] === null ? WORDS[one.status?.[place] || 2] : amount(one.y[place] * one.q, one.u);
    };
    function value(one, run) {
      const place = one.at.get(run);
      if (place === undefined) return null;
      const status = one.status?.[place] ?? 0;
      if (status || one.y[place] === null) return { status: WORDS[status || 2], why: one.why?.[place] ?? "" };
      let back = place - 1;
      while (back >= 0 && one.y[back] === null) back--;
      const now = one.y[place] * one.q;
      const spread = one.lo[place] || one.hi[place];
      return {
        status: "measured", text: amount(now, one.u), n: one.n[place],
        change: back >= 0 && one.y[back] ? percent(one.y[place] / one.y[back] - 1) : "",
        range: spread ? (one.r?.includes(place) ? "range " : "") + unit(`${number((one.y[place] - one.lo[place]) * one.q)} – ${number((one.y[place] + one.hi[place]) * one.q)}`, one.u) : "",
        mark: one.f?.find((mark) => mark.x === place)?.text ?? "", why: one.why?.[place] ?? "",
      };
    }
    const flag = (why) => { const sign = make("span", "sm-flag t-warn", "! "); sign.title = why; return sign; };
    function table() {
      const grid = find("[data-latest]");
      const head = make("tr");
      head.append(make("th", "", "Commit"), ...chosen.map((one) => make("th", "n", one.label)), make("th", "opt", "Subject"));
      const shown = runs.slice(first, last + 1).reverse().slice(0, LATEST);
      grid.caption.textContent = shown.length === 1 ? "The newest run" : `The newest ${shown.length} runs in view; beside each value its change since the point before`;
      grid.tHead.replaceChildren(head);
      grid.tBodies[0].replaceChildren(...shown.map((run) => {
        const row = make("tr"), title = make("th");
        title.scope = "row";
        const link = make("a", "sm-sha", sha(run)), date = make("a", "sm-sub", book.runs.day[run]);
        link.href = `${root}${book.commits.path[commit(run)]}/`;
        date.href = `${root}${book.runs.path[run]}/`;
        title.append(link);
        if (dirty.has(run)) title.append(" ", make("span", "sm-pill t-warn", "± dirty tree"));
        if (abandoned.has(run)) title.append(" ", make("span", "sm-pill t-calm", "⌫ left behind"));
        title.append(make("br"), date);
        row.append(title, ...chosen.map((one) => {
          const found = value(one, run), cell = make("td", "n");
          if (!found) cell.append(make("span", "sm-sub", "not run"));
          else if (found.status !== "measured") cell.append(make("span", "sm-pill t-warn", `${ABSENT[WORDS.indexOf(found.status)]} ${found.status}`), make("br"), make("span", "sm-sub sm-reason", found.why));
          else cell.append(...(found.why ? [flag(found.why)] : []), `${found.text} `, make("span", "sm-sub", found.change), make("br"), make("span", "sm-sub", found.range));
          return cell;
        }), make("td", "opt sm-subject", book.commits.subject[commit(run)]));
        return row;
      }));
    }

    /* Pointer and keys: a cursor with a note, a drag to zoom, a click to the run. */
    function hold(view) {
      const place = figure.querySelector(".sm-canvas");
      tip?.remove();
      tip = place.appendChild(make("div", "sm-tip"));
      tip.setAttribute("role", "status");
      tip.hidden = true;
      let from = null;
      const width = () => view.signal("width");
      const near = (event) => {
        const left = place.querySelector("canvas").getBoundingClientRect().left + view.origin()[0];
        const pixel = Math.min(Math.max(event.clientX - left, 0), width());
        const x = view.scale("x").invert(pixel);
        let best = first;
        for (let step = first; step <= last; step++) if (Math.abs(across(step) - x) < Math.abs(across(best) - x)) best = step;
        return [best, x];
      };
      const point = (to) => {
        cursor = to;
        view.data("cursor", [{ x: across(to) }]).run();
        note(to, view);
      };
      place.onpointermove = (event) => {
        const [to, x] = near(event);
        point(to);
        if (from !== null && Math.abs(event.clientX - from[1]) > 8) view.data("brush", [{ x: from[0], x2: x }]).run();
      };
      place.onpointerdown = (event) => {
        from = [near(event)[1], event.clientX, near(event)[0]];
        if (event.pointerType === "mouse") place.setPointerCapture(event.pointerId);
      };
      place.onpointerup = (event) => {
        const began = from;
        from = null;
        if (!began) return;
        const [to] = near(event);
        if (Math.abs(event.clientX - began[1]) > 8) {
          const [a, b] = [Math.min(began[2], to), Math.max(began[2], to)];
          if (b > a) zoom(a, b); else view.data("brush", []).run();
        } else if (event.pointerType === "mouse") open(to);
      };
      place.onpointercancel = () => { from = null; view.data("brush", []).run(); };
      place.onpointerleave = () => { if (from === null) { tip.hidden = true; view.data("cursor", []).run(); } };
      figure.onkeydown = (event) => {
        const keys = {
          ArrowLeft: () => point(Math.max(first, (cursor < first ? last + 1 : cursor) - 1)),
          ArrowRight: () => point(Math.min(last, (cursor < first ? last - 1 : cursor) + 1)),
          Enter: () => { if (cursor >= first) open(cursor); },
          Escape: () => { tip.hidden = true; },
          "+": () => { const span = Math.max(2, (last - first) >> 1), middle = cursor >= first ? cursor : last; zoom(Math.max(first, middle - (span >> 1)), Math.min(last, middle + (span >> 1))); },
          "-": () => { const span = last - first + 1; zoom(Math.max(0, first - (span >> 1)), Math.min(runs.length - 1, last + (span >> 1))); },
          0: () => set({ r: "" }),
        };
        const act = keys[event.key === "=" ? "+" : event.key];
        if (act && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); act(); }
      };
      figure.ondblclick = () => set({ r: "" });
    }
    const zoom = (a, b) => set({ r: a === 0 && b === runs.length - 1 ? "" : `${sha(runs[a])}..${sha(runs[b])}` });
    const open = (to) => { location.href = `${root}${book.runs.path[runs[to]]}/`; };
    function note(to, view) {
      const run = runs[to];
      const lines = [make("b", "", `${day(time(run))} · ${sha(run)}${dirty.has(run) ? " · dirty tree" : ""}${abandoned.has(run) ? " · left behind" : ""}`), make("div", "sm-sub", book.commits.subject[commit(run)])];
      for (const one of chosen) {
        const found = value(one, run);
        if (!found) continue;
        const line = make("div");
        if (chosen.length > 1) line.append(make("span", `c${one.s}`, "■ "), `${one.label}: `);
        if (found.status !== "measured") line.append(`${found.status}: ${found.why}`);
        else line.append(make("b", "", found.text), ` ${found.change}`, make("div", "sm-sub", [found.range && `95 %: ${found.range}`, `n = ${found.n}`].filter(Boolean).join(", ")));
        if (found.status === "measured" && found.why) line.append(make("div", "t-warn", `! ${found.why}`));
        if (found.mark) line.append(make("div", "t-bad", found.mark));
        lines.push(line);
      }
      if (to && env(run).length) lines.push(make("div", "sm-sub", `◆ ${env(run).slice(0, 6).join("; ")}${env(run).length > 6 ? `; and ${env(run).length - 6} more` : ""}`));
      for (const one of page.notes) if (noted(one) === to) lines.push(make("div", "t-note", `✎ ${one.text}`));
      tip.replaceChildren(...lines);
      tip.hidden = false;
      const x = view.origin()[0] + view.scale("x")(across(to));
      const room = figure.clientWidth;
      tip.style.left = x < room / 2 ? `${x + 12}px` : "";
      tip.style.right = x < room / 2 ? "" : `${room - x + 12}px`;
    }

    /* The smaller charts follow machine and range. */
    async function rest() {
      const [whole, parts, remainders] = page.stages;
      const stacked = [];
      let highest = 0;
      for (const picture of whole ? body.querySelectorAll('[data-chart="stages"]') : []) {
        const own = (metric) => page.series.find((one) => one.m === metric && one.k === state.on && one.v === picture.dataset.variant);
        const total = own(whole), pieces = parts.map(own).filter(Boolean);
        if (!total || pieces.length < 2) continue;
        const isMeasured = remainders.some(([machine, variant]) => machine === state.on && variant === picture.dataset.variant);
        const left = isMeasured ? own("unattributed_time") : undefined;
        const at = (one, run) => { const place = one.x.indexOf(run); return place < 0 || one.y[place] === null ? NaN : one.y[place] * one.q * factor(one, total); };
        const sets = { points: [], ticks: [], cursor: [] };
        let tallest = 0, x = 0;
        const cells = [...picture.closest("article").querySelectorAll("tbody tr")].reverse();
        for (let place = 0; place < total.x.length; place++) {
          const run = total.x[place];
          const values = pieces.map((one) => at(one, run));
          const sum = values.reduce((a, b) => a + b, 0);
          if (total.y[place] === null || !Number.isFinite(sum)) continue;
          if (run < runs[first] || run > runs[last]) continue;
          const full = total.y[place] * total.q;
          const told = left ? at(left, run) : NaN;
          const rest = Number.isFinite(told) ? told : full - sum;
          values.push(rest > full * 1e-6 ? rest : 0);
          let floor = 0;
          values.forEach((one, s) => {
            sets.points.push({ x: x - 0.5, x2: x + 0.5, v: floor, v2: floor + one, s: s === pieces.length ? -1 : s });
            floor += one;
            if (cells[s]) { cells[s].cells[1].textContent = amount(one, total.u); cells[s].cells[2].textContent = `${Math.round((one / full) * 100)} %`; }
          });
          picture.closest("article").querySelector("[data-whole]").textContent = amount(full, total.u);
          tallest = Math.max(tallest, floor);
          if (x === 0 || x % 40 === 20) sets.ticks.push({ x, label: day(time(run)) });
          x++;
        }
        sets.ticks = sets.ticks.filter((_, step) => step % Math.ceil(sets.ticks.length / Math.max(1, picture.clientWidth / 130)) === 0);
        highest = Math.max(highest, tallest);
        if (x) stacked.push([picture, sets, x]);
      }
      // All of a page on one scale, or a small total would look like a large one.
      for (const [picture, sets, x] of stacked) await show(picture, base, "stages", sets, { xmin: -0.5, xmax: Math.max(x, 8) - 0.5, ymin: 0, ymax: highest * 1.04 });
      const picture = body.querySelector('[data-chart="distribution"]');
      if (!picture) return;
      const found = (await load(picture.dataset.samples)).series.find((one) => one.m === state.m && one.k === state.on && one.v === chosen[0].v);
      picture.closest("section").hidden = !found;
      if (!found) return;
      body.querySelector("[data-samples-of]").textContent = `${chosen[0].label} on ${state.on}, ${page.titles[state.m].toLowerCase()} in ${chosen[0].u}`;
      const sets = { points: [], boxes: [], ticks: [] };
      found.y.forEach((list, x) => {
        const sorted = [...list].sort((a, b) => a - b).map((one) => one * found.q);
        const at = (share) => { const place = (sorted.length - 1) * share, low = Math.floor(place); return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low); };
        list.forEach((one, place) => sets.points.push({ x: x + (list.length > 1 ? (place / (list.length - 1) - 0.5) * 0.6 : 0), v: one * found.q }));
        sets.boxes.push({ x: x - 0.36, x2: x + 0.36, q1: at(0.25), q3: at(0.75), v: at(0.5) });
        sets.ticks.push({ x, label: day(time(found.runs[x])).slice(picture.clientWidth < 600 ? 5 : 0) });
      });
      const [ymin, ymax] = ends(sets.points.map((one) => one.v), false, 0.02);
      await show(picture, base, "distribution", sets, { xmin: -0.5, xmax: Math.max(found.y.length, 4) - 0.5, ymin, ymax });
    }
    const UNITS = { s: 1, ms: 1e-3, "µs": 1e-6, ns: 1e-9, GB: 1e9, MB: 1e6, kB: 1e3, B: 1 };
    const factor = (from, to) => (from.u === to.u ? 1 : UNITS[from.u] / UNITS[to.u]);

    for (const control of section.querySelectorAll("[data-set]")) control.onchange = () => {
      const name = control.dataset.set;
      const next = { [name]: control.value };
      if (name === "m" && !page.series.some((one) => one.m === control.value && one.k === state.on)) next.on = page.series.find((one) => one.m === control.value).k;
      set(next);
    };
    for (const button of section.querySelectorAll("[data-range]")) button.onclick = () => set({ r: button.dataset.range });
    for (const button of section.querySelectorAll("[data-toggle]")) button.onclick = () => set({ [button.dataset.toggle]: state[button.dataset.toggle] ? "" : "1" });
    const look = new MutationObserver(() => (figure.isConnected ? draw() : look.disconnect()));
    look.observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    await draw();
  };
})();
