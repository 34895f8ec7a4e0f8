/* What is chosen on the page of a benchmark, and how an address says so. */
(() => {
  "use strict";
  const MOST_ADDED = 6;
  const key = (one) => `${one.m}~${one.k}~${one.v}`;

  /* `rel`, `log`, `zero` and `clip` are "1" or empty; `axis` is empty, date or release; `also` names series. */
  function state(page) {
    const defaults = { m: page.metric, on: page.machine, v: "", r: "", log: "", rel: "", zero: "", clip: "", axis: "" };
    const now = { ...defaults, also: [] };

    function read() {
      const asked = new URL(location.href).searchParams;
      for (const name of Object.keys(defaults)) now[name] = asked.get(name) ?? defaults[name];
      if (asked.get("date")) now.axis = "date"; // as addresses said it before there were releases
      if (!page.series.some((one) => one.m === now.m)) now.m = page.metric;
      if (!page.series.some((one) => one.m === now.m && one.k === now.on)) now.on = page.series.find((one) => one.m === now.m).k;
      const known = new Set(page.series.map(key));
      now.also = [...new Set(asked.getAll("also"))].filter((one) => known.has(one)).slice(0, MOST_ADDED);
    }
    /* The address of what is chosen; `all` says what is usual as well, so that a copied link keeps its view. */
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
    /* A zoom is a step that Back undoes; what else is chosen is not. */
    function write(isStep) {
      if (isStep) history.pushState(null, "", address()); else history.replaceState(history.state, "", address());
    }
    read();
    return { now, read, write, address };
  }
  Object.assign(window.soundmark.charts, { state, key, MOST_ADDED });
})();
