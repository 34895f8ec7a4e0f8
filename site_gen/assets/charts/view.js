/* Draw one chart with Vega over its static drawing, and forget it when its page is left. */
(() => {
  "use strict";
  const { load, make } = window.soundmark;
  const views = new Map(); // container -> Vega view; never kept on elements, or pages would leak

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
    // Expressions are interpreted: the policy of pages forbids eval.
    const view = new vega.View(vega.parse(spec, null, { ast: true }), { expr: vega.expressionInterpreter, renderer: "canvas", container: holder, logLevel: vega.Warn });
    view.description(figure.closest("section, article")?.querySelector("h2, h3")?.textContent.trim() ?? "Chart");
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
  window.soundmark.charts = { show };
})();
