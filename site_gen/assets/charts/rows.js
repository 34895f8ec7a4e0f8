/* Make the data sets of the trend from the choices. Pure: does not touch the page. */
(() => {
  "use strict";
  const { digits, unit: told } = window.soundmark;
  const { ABSENT, status, noted, day, ends, ticks, factor, outliers } = window.soundmark.charts;
  const SIGN = 12, HALF_A_DAY = 36, AXIS = 44; // pixels: a sign, half of 2026-12-20, the axis of values

  /* Units of the two axes; with a third unit only relative values can be compared. */
  function axes(lines, state) {
    const units = [];
    for (const one of lines) if (!units.some((unit) => factor(one.u, unit))) units.push(one.u);
    const isShare = Boolean(state.rel) || units.length > 2;
    return { isShare, isForced: isShare && !state.rel, units: isShare ? ["%"] : units };
  }

  /* The points of one series in view, in the unit of its axis. */
  function points(one, { first, last, places, across, axis, state, dot }) {
    const { isShare, units } = axis;
    const side = isShare ? 0 : units.findIndex((unit) => factor(one.u, unit));
    const seen = [];
    for (let at = first; at <= last; at++) {
      const place = one.at.get(places[at].of[one.k]);
      if (place !== undefined) seen.push([at, place]);
    }
    const start = seen.find(([, place]) => !status(one, place));
    const unit = isShare ? (start ? 100 / one.y[start[1]] : NaN) : factor(one.u, units[side]);
    const size = dot(seen.length);
    const rows = seen.map(([at, place]) => {
      const row = { x: across(at), s: one.s, size, side, v: null, lo: null, hi: null, place, absent: status(one, place) };
      if (row.absent) return row;
      const [value, lo, hi] = [one.y[place], one.lo[place], one.hi[place]].map((v) => v * unit);
      return { ...row, v: value, lo, hi };
    });
    const where = new Map(rows.map((row) => [row.place, row.x]));
    const levels = (one.l ?? []).flatMap(([from, to, value]) => {
      const inside = rows.filter(({ place }) => place >= from && place <= to);
      return inside.length ? [{ x: inside[0].x, x2: inside.at(-1).x, v: value * unit, s: one.s, side }] : [];
    });
    const marks = (one.f ?? []).filter((mark) => where.has(mark.x)).map((mark) => ({ x: where.get(mark.x), tone: mark.tone, symbol: mark.symbol }));
    const limits = isShare ? [] : (one.t ?? []).map(([value, label]) => ({ v: value * unit, label: `${label}: ${told(digits(value * unit), units[side])}`, side }));
    const far = state.clip ? outliers(rows.map((row) => row.v ?? NaN)) : new Set();
    return { rows, levels, marks, limits, side, tall: rows.filter((row, nth) => row.v !== null && !far.has(nth)).flatMap((row) => [row.v, row.lo, row.hi]) };
  }

  /* Overlapping symbols are placed side by side; equal symbols at one run are drawn once. */
  function aside(marks, pixel) {
    const kept = [...new Map(marks.map((mark) => [`${mark.x} ${mark.symbol} ${mark.tone}`, mark])).values()];
    let free = -Infinity;
    return kept.sort((one, other) => one.x - other.x).map((mark) => {
      const at = mark.x / pixel, place = Math.max(at, free);
      free = place + SIGN;
      return { ...mark, dx: place - at };
    });
  }

  /* Labels below the plane: days, commits where many share a day, or releases. */
  function below({ first, last, places, across, state, known, room }) {
    const [a, b] = [across(first), across(last)];
    if (state.axis === "release") {
      const tagged = [];
      for (let at = first; at <= last; at++) {
        const tag = known.tag(places[at].run);
        if (tag && tag !== tagged.at(-1)?.label) tagged.push({ x: across(at), label: tag });
      }
      const least = (b - a) / Math.max(room, 1);
      const kept = [];
      for (const one of tagged.reverse()) if (!kept.length || kept.at(-1).x - one.x >= least) kept.push(one);
      if (kept.length) return kept;
    }
    const days = new Set(places.map(({ run }) => day(known.time(run)))).size;
    const crowded = days * 2 < places.length + 1;
    const steps = Math.min(room, last - first + 1);
    return Array.from({ length: steps }, (_, step) => {
      const share = steps > 1 ? step / (steps - 1) : 0.5;
      const x = state.axis === "date" ? a + (b - a) * share : Math.round(a + (b - a) * share);
      return { x, label: state.axis === "date" ? day(x) : crowded ? known.sha(places[x].run) : day(known.time(places[x].run)) };
    });
  }

  /* Data sets and bounds of the trend, and what does not fit into the view: `beyond` points, `away` limits. */
  function rows(lines, view, page) {
    const { first, last, places, across, state, known, width } = view;
    const axis = axes(lines, state), log = Boolean(state.log);
    const room = Math.max(2, Math.floor(width / 130));
    const dot = (count) => { const each = width / count; return each < 5 ? 0 : each < 10 ? 12 : each < 40 ? 18 : 44; };
    const drawn = lines.map((one) => points(one, { ...view, axis, dot }));
    const options = { log, zero: Boolean(state.zero) };
    // Variants with the same target have one line.
    let limits = [...new Map(drawn.flatMap((one) => one.limits).map((one) => [`${one.side} ${one.v} ${one.label}`, one])).values()];
    const away = [];
    const bounds = axis.units.map((_, side) => {
      const own = drawn.filter((one) => one.side === side).flatMap((one) => one.tall);
      const [low, high] = ends(own, options);
      // A limit far away would flatten the lines, so only a near one widens the view.
      const near = limits.filter((one) => one.side === side && one.v >= 2 * low - high && one.v <= 2 * high - low);
      away.push(...limits.filter((one) => one.side === side && !near.includes(one)));
      return ends([...own, ...near.map((one) => one.v)], options);
    });
    limits = limits.filter((one) => !away.includes(one));
    const [[ymin, ymax], right] = bounds;
    // Values of the right axis are scaled to the left one.
    const [from, to] = log ? [Math.log, Math.exp] : [(v) => v, (v) => v];
    const fit = (v, side) => (!side || v === null ? v : to(from(ymin) + (from(v) - from(right[0])) / (from(right[1]) - from(right[0])) * (from(ymax) - from(ymin))));
    const moved = (row) => ({ ...row, v: fit(row.v, row.side), ...("lo" in row ? { lo: fit(row.lo, row.side), hi: fit(row.hi, row.side) } : {}) });

    const sets = { points: [], bars: [], levels: [], marks: [], absent: [], limits: limits.map(moved), brush: [], cursor: [], beyond: [], right: [] };
    for (const one of drawn) {
      const all = one.rows.map(moved);
      sets.points.push(...all);
      sets.absent.push(...all.filter((row) => row.absent).map((row) => ({ x: row.x, symbol: ABSENT[row.absent] || "✕" })));
      if (all.length <= 12) sets.bars.push(...all.filter((row) => row.v !== null));
      for (const row of all) {
        if (row.v !== null && (row.v > ymax || row.v < ymin)) sets.beyond.push({ x: row.x, v: row.v > ymax ? ymax : ymin, symbol: row.v > ymax ? "↑" : "↓", dy: row.v > ymax ? 7 : -7 });
      }
      sets.levels.push(...one.levels.map(moved));
      sets.marks.push(...one.marks);
    }
    for (let at = first; at <= last; at++) {
      if (at && Object.values(places[at].of).some((run) => known.env(run).length)) sets.marks.push({ x: across(at), tone: "env", symbol: "◆" });
      for (const note of page.notes) if (at === noted(note, places, known)) sets.marks.push({ x: across(at), tone: "note", symbol: "✎" });
    }
    sets.ticks = below({ ...view, room });
    const [a, b] = [across(first), across(last)];
    const pad = state.axis === "date" ? Math.max((b - a) * 0.02, 3600) : Math.max((b - a) * 0.025, 0.5);
    // The newest day is named below its run: half of the name reaches beyond it. The rest of what
    // is not the plane is the axis on the left. Numbers of a right axis stand inside, at the rim.
    const rim = right ? HALF_A_DAY + AXIS / 2 : HALF_A_DAY;
    const pixel = (b - a + pad) / Math.max(width - rim - AXIS, 1);
    sets.marks = aside(sets.marks, pixel);
    if (right) sets.right = (log ? [right[0], Math.sqrt(right[0] * right[1]), right[1]] : ticks(...right)).map((v) => ({ v: fit(v, 1), label: digits(v) }));
    const unnamed = state.axis === "release" && !places.slice(first, last + 1).some(({ run }) => known.tag(run));
    return { unnamed, sets, bounds: { xmin: a - pad, xmax: b + Math.max(pad, rim * pixel), ymin, ymax }, axis, away, beyond: sets.beyond.length };
  }
  Object.assign(window.soundmark.charts, { rows });
})();
