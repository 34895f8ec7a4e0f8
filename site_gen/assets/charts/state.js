/* The choices on the page of a benchmark, and their form in the address. */
(() => {
  "use strict";
  const MOST_ADDED = 6, EVERY = "*"; // no name of a branch has a star
  const key = (one) => `${one.m}~${one.k}~${one.v}`;

  /* The branches that this benchmark was measured on, the main one first. */
  function branchesOf(page, known) {
    const found = [...new Set(page.series.flatMap((one) => one.x).map(known.branch))];
    return found.sort((a, b) => (b === known.mainBranch) - (a === known.mainBranch) || (a < b ? -1 : 1));
  }

  /* `rel`, `log`, `zero` and `clip` are "1" or empty; `axis` is empty, date or release; `b` is a branch or every one;
     `also` names series. */
  function state(page, known) {
    const branches = branchesOf(page, known);
    const isUsual = branches.length > 1 && known.mainBranch && branches[0] === known.mainBranch;
    const defaults = { m: page.metric, on: page.machine, v: "", r: "", b: isUsual ? known.mainBranch : EVERY, log: "", rel: "", zero: "", clip: "", axis: "" };
    const now = { ...defaults, also: [] };

    function read() {
      const asked = new URL(location.href).searchParams;
      for (const name of Object.keys(defaults)) now[name] = asked.get(name) ?? defaults[name];
      if (asked.get("date")) now.axis = "date"; // as addresses said it before there were releases
      if (!page.series.some((one) => one.m === now.m)) now.m = page.metric;
      if (!page.series.some((one) => one.m === now.m && one.k === now.on)) now.on = page.series.find((one) => one.m === now.m).k;
      if (!branches.includes(now.b)) now.b = now.b === EVERY ? EVERY : defaults.b;
      const all = new Set(page.series.map(key));
      now.also = [...new Set(asked.getAll("also"))].filter((one) => all.has(one)).slice(0, MOST_ADDED);
    }
    /* The address of the choices; `all` includes defaults, so that a copied link keeps its view. */
    function address(all = {}) {
      const found = new URL(location.href);
      found.searchParams.delete("date");
      for (const name of Object.keys(defaults)) {
        const value = all[name] ?? now[name];
        if (value === defaults[name] && !(name in all)) found.searchParams.delete(name); else found.searchParams.set(name, value);
      }
      found.searchParams.delete("also");
      for (const one of now.also) found.searchParams.append("also", one);
      return found;
    }
    /* A zoom is a step that Back undoes; other choices are not. */
    function write(isStep) {
      if (isStep) history.pushState(null, "", address()); else history.replaceState(history.state, "", address());
    }
    read();
    return { now, branches, read, write, address };
  }
  Object.assign(window.soundmark.charts, { state, key, EVERY, MOST_ADDED });
})();
