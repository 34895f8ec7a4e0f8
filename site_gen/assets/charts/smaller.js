/* The smaller charts of a benchmark's page follow machine and range: stages and samples. */
(() => {
  "use strict";
  const { amount, data, read } = window.soundmark;
  const { show, ends, factor, day } = window.soundmark.charts;

  /* One column a run: the stages stacked, and the unattributed rest. */
  function columns(picture, total, pieces, left, isIn) {
    const at = (one, run) => { const place = one.x.indexOf(run); return place < 0 || one.y[place] === null ? NaN : one.y[place] * factor(one.u, total.u); };
    const sets = { points: [], ticks: [], cursor: [] }, runs = [];
    const cells = [...picture.closest("article").querySelectorAll("tbody tr")].reverse();
    let tallest = 0;
    for (const [place, run] of total.x.entries()) {
      const values = pieces.map((one) => at(one, run));
      const sum = values.reduce((a, b) => a + b, 0);
      if (total.y[place] === null || !Number.isFinite(sum) || !isIn(run)) continue;
      const x = runs.push(run) - 1, full = total.y[place];
      const told = left ? at(left, run) : NaN, rest = Number.isFinite(told) ? told : full - sum;
      values.push(rest > full * 1e-6 ? rest : 0);
      let floor = 0;
      for (const [s, one] of values.entries()) {
        sets.points.push({ x: x - 0.5, x2: x + 0.5, v: floor, v2: floor + one, s: s === pieces.length ? -1 : s });
        floor += one;
        if (cells[s]) { cells[s].cells[1].textContent = amount(one, total.u); cells[s].cells[2].textContent = `${Math.round((one / full) * 100)} %`; }
      }
      picture.closest("article").querySelector("[data-whole]").textContent = amount(full, total.u);
      tallest = Math.max(tallest, floor);
    }
    return { sets, runs, tallest };
  }

  async function stages({ body, page, base, state, known, isIn }) {
    const [whole, parts, remainders] = page.stages;
    if (!whole) return;
    const stacked = [];
    for (const picture of body.querySelectorAll('[data-chart="stages"]')) {
      const variant = picture.dataset.variant;
      const own = (metric) => page.series.find((one) => one.m === metric && one.k === state.on && one.v === variant);
      const total = own(whole), pieces = parts.map(own).filter(Boolean);
      if (!total || pieces.length < 2) continue;
      const isMeasured = remainders.some(([machine, which]) => machine === state.on && which === variant);
      const found = columns(picture, total, pieces, isMeasured ? own("unattributed_time") : undefined, isIn);
      const named = found.runs.map((run, x) => ({ x, label: day(known.time(run)) })).filter(({ x }) => x === 0 || x % 40 === 20);
      const each = Math.ceil(named.length / Math.max(1, picture.clientWidth / 130));
      found.sets.ticks = named.filter((_, step) => step % each === 0);
      if (found.runs.length) stacked.push([picture, found]);
    }
    // All charts of a page share one scale, or a small total would look like a large one.
    const ymax = Math.max(0, ...stacked.map(([, found]) => found.tallest)) * 1.04;
    for (const [picture, { sets, runs }] of stacked) await show(picture, base, "stages", sets, { xmin: -0.5, xmax: Math.max(runs.length, 8) - 0.5, ymin: 0, ymax });
  }

  const plain = (found) => {
    for (const one of found.series) one.y = one.y.map((list) => list.map(read(one.q)));
    return found;
  };
  async function samples({ body, page, base, state, known, isOn, first }) {
    const picture = body.querySelector('[data-chart="distribution"]');
    if (!picture) return;
    const found = (await data(picture.dataset.samples, plain)).series.find((one) => one.m === state.m && one.k === state.on && one.v === first.v);
    const shown = found ? found.runs.map((run, nth) => [run, found.y[nth]]).filter(([run]) => isOn(run)) : [];
    picture.closest("section").hidden = !shown.length;
    if (!shown.length) return;
    body.querySelector("[data-samples-of]").textContent = `${first.label} on ${state.on}, ${page.titles[state.m].toLowerCase()} in ${first.u}`;
    const sets = { points: [], boxes: [], ticks: [] };
    for (const [x, [run, list]] of shown.entries()) {
      const sorted = [...list].sort((a, b) => a - b);
      const at = (share) => { const place = (sorted.length - 1) * share, low = Math.floor(place); return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low); };
      for (const [place, one] of list.entries()) sets.points.push({ x: x + (list.length > 1 ? (place / (list.length - 1) - 0.5) * 0.6 : 0), v: one });
      sets.boxes.push({ x: x - 0.36, x2: x + 0.36, q1: at(0.25), q3: at(0.75), v: at(0.5) });
      sets.ticks.push({ x, label: day(known.time(run)).slice(picture.clientWidth < 600 ? 5 : 0) });
    }
    const [ymin, ymax] = ends(sets.points.map((one) => one.v), { least: 0.02 });
    await show(picture, base, "distribution", sets, { xmin: -0.5, xmax: Math.max(shown.length, 4) - 0.5, ymin, ymax });
  }

  Object.assign(window.soundmark.charts, { smaller: async (facts) => { await stages(facts); await samples(facts); } });
})();
