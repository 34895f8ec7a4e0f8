/* Pure arithmetic of charts: ends of an axis, round ticks, units, values far from their neighbours. */
(() => {
  "use strict";
  const UNITS = { s: ["s", 1], ms: ["s", 1e-3], "µs": ["s", 1e-6], ns: ["s", 1e-9], GB: ["B", 1e9], MB: ["B", 1e6], kB: ["B", 1e3], B: ["B", 1] };
  const BESIDE = 4; // neighbours on each side that an outlier is held against
  const FAR = 6; // times what neighbours usually differ by

  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

  /* Factor from one unit to another; 0 when they are not convertible. */
  function factor(from, to) {
    if (from === to) return 1;
    const [a, b] = [UNITS[from], UNITS[to]];
    return a && b && a[0] === b[0] ? a[1] / b[1] : 0;
  }

  /* Ends of the y axis: all values, and at least ± 5 % of the median, so that noise looks small. */
  function ends(values, { log = false, zero = false, least = 0.05 } = {}) {
    const kept = values.filter((one) => Number.isFinite(one) && (!log || one > 0));
    if (!kept.length) return [log ? 1 : 0, log ? 10 : 1];
    const middle = median(kept);
    const room = Math.abs(middle) * least || 0.5;
    let [low, high] = [Infinity, -Infinity];
    for (const one of kept) { if (one < low) low = one; if (one > high) high = one; }
    if (log) return [low / 1.1, high * 1.1];
    low = Math.min(low, middle - room);
    high = Math.max(high, middle + room);
    if (zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
    const margin = (high - low) * 0.06;
    return [low >= 0 ? Math.max(0, low - margin) : low - margin, high > 0 || !zero ? high + margin : 0];
  }

  /* Round numbers between two ends, at most about `most`. */
  function ticks(low, high, most = 5) {
    const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
    if (!(raw > 0) || !Number.isFinite(power)) return [];
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999);
    const found = [];
    for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++) found.push(at * step);
    return found;
  }

  /* Indices of values far from their neighbours: spikes, not steps. */
  function outliers(values) {
    const apart = values.map((one, place) => {
      const beside = values.slice(Math.max(0, place - BESIDE), place + BESIDE + 1).filter(Number.isFinite);
      return Number.isFinite(one) && beside.length > 2 ? Math.abs(one - median(beside)) : NaN;
    });
    const known = apart.filter(Number.isFinite);
    const usual = known.length ? median(known) * 1.4826 : 0;
    return new Set(usual > 0 ? values.flatMap((_, place) => (apart[place] > FAR * usual ? [place] : [])) : []);
  }

  Object.assign(window.soundmark.charts, { median, day, factor, ends, ticks, outliers });
})();
