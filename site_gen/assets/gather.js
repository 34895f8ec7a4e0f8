/* Read the numbers of many benchmarks, some of them at once. */
(() => {
  "use strict";
  const { series } = window.soundmark;
  const AT_ONCE = 8;

  /* Every benchmark with its numbers, in the same order. `told` hears how far it is; once `isWanted`
     says no, the rest is left out. */
  async function gather(benchmarks, root, told, isWanted = () => true) {
    const pages = new Array(benchmarks.length);
    let next = 0, done = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let at = next++; at < benchmarks.length && isWanted(); at = next++) {
        pages[at] = await series(`${root}data/series/${benchmarks[at].path.replace(/^suites\//, "")}.json`);
        told(`Reading ${++done} of ${benchmarks.length} benchmarks …`);
      }
    }));
    return benchmarks.map((one, at) => [one, pages[at]]);
  }

  Object.assign(window.soundmark, { gather });
})();
