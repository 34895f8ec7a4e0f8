/* Write values in a unit that fits them: 1.01 MB, not 1008032 B; 12.3 µs, not 0.0123 ms. */
(() => {
  "use strict";
  const { digits, amount, unit: withUnit } = window.soundmark;
  const LADDERS = [["ns", "µs", "ms", "s"], ["B", "kB", "MB", "GB", "TB"], ["Hz", "kHz", "MHz", "GHz"]];

  /* One value, or the ends of a range in the unit of the larger. */
  function scaled(values, unit) {
    const [name, ...per] = unit.split("/"), ladder = LADDERS.find((one) => one.includes(name)) ?? [name];
    let at = ladder.indexOf(name), factor = 1;
    const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs));
    const size = () => Number((largest * factor).toPrecision(3)); // 999.7 µs are 1.00 ms
    while (size() >= 1000 && at < ladder.length - 1) { factor /= 1000; at++; }
    while (largest > 0 && size() < 1 && at > 0) { factor *= 1000; at--; }
    const scale = [ladder[at], ...per].join("/");
    if (values.length === 1) return amount(values[0] * factor, scale);
    return withUnit(values.map((value) => digits(value * factor)).join(" – "), scale);
  }

  Object.assign(window.soundmark, { scaled });
})();
