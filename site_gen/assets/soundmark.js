/* What pages do beyond showing themselves: say how old a run is, and load what sorts tables and the
   charts when they come into view. Everything a page says is there without this file. */
(() => {
  "use strict";
  if (window.soundmark) return window.soundmark.start(); // a theme runs scripts of its pages again
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  let loading = null;

  const script = (name) => new Promise((done, failed) => {
    const tag = document.createElement("script");
    tag.src = base + name;
    tag.async = false; // fetched side by side, run in this order
    tag.onload = done;
    tag.onerror = failed;
    document.head.append(tag);
  });
  const library = () => (loading ??= Promise.all(["vega.js", "charts.js"].map(script)));
  let more = null; // what works on a chart that is drawn
  const tools = () => (more ??= script("chart-tools.js"));
  let ordering = null; // what sorts and filters tables
  const tables = () => (ordering ??= script("tables.js"));

  /* Shared by the scripts that are loaded later: a file is fetched once, unless it failed. */
  const files = new Map();
  const load = (url, as = "json", read = (found) => found) => {
    if (!files.has(url)) {
      files.set(url, fetch(url).then(async (answer) => {
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
        return read(await answer[as]());
      }));
      files.get(url).catch(() => files.delete(url));
    }
    return files.get(url);
  };
  const make = (name, css, text) => {
    const node = document.createElement(name);
    if (css) node.className = css;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  /* Numbers as history/report/wording/numbers.py writes them. */
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const fixed = (value, decimals, plus = "") => {
    const text = Math.abs(value).toFixed(decimals), [whole, rest] = text.split(".");
    const apart = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return (Number(text) ? (value < 0 ? "−" : plus) : "") + apart + (rest ? `.${rest}` : "");
  };
  const digits = (value) => {
    if (!Number.isFinite(value)) return "–";
    if (!value) return "0";
    const [mantissa, power] = value.toExponential(2).split("e");
    if (power >= -4 && power < 9) return fixed(value, Math.max(0, 2 - power));
    return `${mantissa.replace("-", "−")}·10${[...String(Number(power))].map((one) => RAISED[one]).join("")}`;
  };
  const unit = (text, name) => (name === "x" ? `${text}×` : name && name !== "count" ? `${text} ${name}` : text);
  const amount = (value, name) => {
    const whole = ["count", "", "B"].includes(name) && Number.isInteger(value);
    const tenths = name === "%" && (!value || Math.abs(value) >= 1);
    return unit(whole || tenths ? fixed(value, tenths ? 1 : 0) : digits(value), name);
  };
  const percent = (share) => `${fixed(share * 100, 1, "+")} %`;
  window.soundmark = { tools, load, make, digits, amount, unit, percent, start };

  const ago = (days) => {
    if (days < 0.04) return "just now";
    if (days < 1) return `${Math.round(days * 24)} h ago`;
    const whole = Math.floor(days);
    return whole === 1 ? "yesterday" : `${whole} days ago`;
  };

  function freshness() {
    for (const line of all(".sm-fresh[data-stale]")) {
      const time = line.querySelector("time");
      if (!time || "frozen" in line.dataset || time.dataset.told) continue;
      const days = (Date.now() - Date.parse(time.dateTime)) / 864e5;
      const stale = days > Number(line.dataset.stale);
      time.dataset.told = "1";
      time.textContent += ` (${ago(days)}${stale ? ": stale, no newer run has arrived" : ""})`;
      line.classList.toggle("sm-stale", stale);
    }
  }

  /* A chart comes alive when it is touched, or when it is near and the browser has nothing else to
     do: its drawing is there before. An address that asks for something is answered at once. */
  const isFile = location.protocol === "file:";
  const idle = window.requestIdleCallback ?? ((act) => setTimeout(act, 200));
  const begun = new WeakSet();
  function begin(section) {
    if (begun.has(section)) return;
    begun.add(section);
    draw(section);
  }
  const watcher = "IntersectionObserver" in window
    ? new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        if (location.search) begin(entry.target); else idle(() => begin(entry.target), { timeout: 2000 });
      }
    }, { rootMargin: "300px" })
    : null;
  function prepare(section) {
    if (isFile) {
      section.querySelector("[data-tools]").hidden = true;
      section.prepend(make("p", "sm-hint", "Opened as a file: a browser lets it read no numbers, so charts are pictures. “soundmark site serve” brings them to life."));
      return;
    }
    for (const name of ["pointerover", "focusin", "touchstart"]) section.addEventListener(name, () => begin(section), { once: true, passive: true });
    if (watcher) watcher.observe(section); else begin(section);
  }
  /* A folder of files has no server that finds a folder's page. */
  function walkable() {
    for (const link of all("a[href]")) if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  }

  async function draw(section) {
    try {
      // All files of a chart are requested at once.
      const { series, runs } = window.soundmark, { dataset } = section;
      const all = [series(dataset.page), runs(dataset.runs), library(), load(`${base}charts/trend.vg.json`, "text")];
      tools();
      const [page, book] = await Promise.all(all);
      await window.soundmarkPage(section, base, page, book);
    } catch (error) {
      // The static drawing and the table stay; the error is logged to the console.
      console.error("soundmark: the interactive chart could not be drawn.", error);
    }
  }

  let listing = null;
  async function list(section) {
    try {
      await (listing ??= Promise.all([tables(), script("measured.js")]));
      window.soundmarkMeasured(section, new URL("..", base).href);
    } catch (error) {
      console.error("soundmark: numbers cannot be listed.", error);
    }
  }

  let picking = null;
  async function pick(section) {
    try {
      await (picking ??= script("pick.js"));
      await window.soundmarkPick(section);
    } catch (error) {
      console.error("soundmark: commits cannot be picked.", error);
    }
  }

  /* The field is in the page's head, which stays when pages change without a reload. */
  let finding = null;
  function finder(place) {
    if (place.firstChild) return;
    const input = make("input", "sm-find-field");
    Object.assign(input, { type: "search", placeholder: "Find", autocomplete: "off", spellcheck: false });
    for (const [name, value] of [["role", "combobox"], ["aria-label", "Find a benchmark, suite, commit, run or page"],
      ["aria-expanded", "false"], ["aria-controls", "sm-found"], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    place.append(input);
    place.hidden = false;
    const begin = async () => {
      if (finding) return;
      try {
        await (finding = script("search.js"));
        await window.soundmarkFind(place, input, new URL("..", base).href);
      } catch (error) {
        finding = null;
        console.error("soundmark: nothing can be found by typing.", error);
      }
    };
    input.addEventListener("focus", begin);
    document.addEventListener("keydown", (event) => {
      const inField = event.target.closest?.("input, select, textarea, [contenteditable]");
      if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey) { event.preventDefault(); input.focus(); }
    });
    document.getElementById("__search")?.addEventListener("change", (event) => { if (event.target.checked) input.focus(); });
  }

  /* Lines to paste elsewhere; where a browser refuses, they can still be marked by hand. */
  function copyable(lines) {
    const text = lines.textContent, button = make("button", "sm-copy", "Copy");
    button.type = "button";
    button.onclick = async () => {
      try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; } catch { getSelection().selectAllChildren(lines); }
    };
    lines.append(button);
  }

  function start() {
    if (isFile) walkable();
    if (!isFile) all("[data-find]").forEach(finder);
    window.soundmarkLeave?.();
    freshness();
    for (const one of all("[data-tools]")) one.hidden = false;
    if (document.querySelector("table[data-sort], [data-tools] [data-filter]")) {
      tables().then(() => window.soundmarkTables(), (error) => console.error("soundmark: tables cannot be sorted.", error));
    }
    if (!isFile) all("[data-pick]").forEach(pick);
    if (!isFile) all("[data-measured]").forEach(list);
    all("[data-page]").forEach(prepare);
    for (const lines of all(".sm pre.sm-code")) if (!lines.querySelector("button")) copyable(lines);
    for (const fold of all(".sm details")) {
      fold.toggleAttribute("data-open", fold.open);
      fold.querySelector("summary")?.addEventListener("click", () => fold.toggleAttribute("data-open", !fold.open));
    }
  }

  // The theme says that a page has come, but for files, where it changes none.
  if (window.document$ && !isFile) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
