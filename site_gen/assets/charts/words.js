/* The texts beside the trend that follow the choices: title, controls, legend, table. */
(() => {
  "use strict";
  const { make } = window.soundmark;
  const { key, told, latest, EVERY, MOST_ADDED } = window.soundmark.charts;
  const LATEST = 12; // runs in the table
  const BETTER = { lower: "Lower is better", higher: "Higher is better" };

  const option = (value, label) => { const one = make("option", "", label); one.value = value; return one; };
  const press = (button, is) => button.setAttribute("aria-pressed", String(is));

  function controls(section, page, state, known, branches) {
    const own = page.series.filter((one) => one.m === state.m && one.k === state.on);
    const find = (selector) => section.querySelector(selector);
    find('[data-set="v"]').replaceChildren(option("", "all variants"), ...own.map((one) => option(one.v, one.label)));
    const branch = find('[data-set="b"]');
    branch.replaceChildren(option(EVERY, "all branches"), ...branches.map((one) => option(one, one || "of no known branch")));
    branch.closest("label").hidden = branches.length < 2;
    for (const name of ["m", "on", "v", "b"]) find(`[data-set="${name}"]`).value = state[name];
    for (const button of section.querySelectorAll("[data-range]")) press(button, button.dataset.range === state.r);
    for (const button of section.querySelectorAll("[data-toggle]")) press(button, Boolean(state[button.dataset.toggle]));
    for (const button of section.querySelectorAll("[data-axis]")) press(button, button.dataset.axis === state.axis);
    const release = find('[data-axis="release"]');
    release.disabled = !known.tagged;
    release.title = known.tagged ? "Name the releases: tags of measured commits" : "No measured commit has a tag on record: they are read with the history, and a shallow clone has none";
    const others = page.series.filter((one) => !own.includes(one) && !state.also.includes(key(one)));
    const add = find("[data-add]");
    add.replaceChildren(option("", others.length ? "add a series …" : "no other series"), ...others.map((one) => option(key(one), name(one, page))));
    add.disabled = !others.length || state.also.length >= MOST_ADDED;
  }
  /* The text of a series of another metric or machine. */
  const name = (one, page) => [page.titles[one.m], one.label, one.k].join(" · ");

  function title(section, page, state, lines, drawn) {
    const find = (selector) => section.querySelector(selector);
    const { isShare, isForced, units } = drawn.axis, { away, isNone } = drawn.branch;
    const right = units[1] ? ` · right axis: ${units[1]}` : "";
    find("[data-title]").replaceChildren(`${page.titles[state.m]} `, make("small", "", (isShare ? "% of the first run in view" : units[0]) + right));
    const said = [page.about[state.m], `${BETTER[lines[0].d] ?? "No direction"}.`, `On ${state.on}.`];
    if (isNone) said.push(`Nothing of it on the branch ${state.b}: every branch is shown.`);
    else if (away) said.push(`On the branch ${state.b || "that is not known"}; ${away} ${away === 1 ? "run" : "runs"} on others ${away === 1 ? "is" : "are"} left out.`);
    if (isForced) said.push("More than two units: each is drawn as a share of its first run in view.");
    if (drawn.beyond) said.push(`${drawn.beyond} ${drawn.beyond === 1 ? "point lies" : "points lie"} outside of the view (↑↓ at its rim).`);
    if (drawn.unnamed) said.push("No commit in view has a release tag.");
    for (const one of drawn.away) said.push(`The target ${one.label} lies ${one.v > drawn.bounds.ymax ? "above" : "below"} the view.`);
    find("[data-hint]").textContent = said.filter(Boolean).join(" ");
  }

  /* For a reader who does not see a zoom. */
  function inView({ first, last, places, known }) {
    const [from, to] = [first, last].map((at) => known.day(places[at].run));
    return `${last - first + 1} of ${places.length} runs in view, ${from} to ${to}`;
  }

  function legend(section, lines, remove) {
    section.querySelector("[data-legend]").replaceChildren(...lines.map((one) => {
      const item = make("li");
      item.innerHTML = `<svg viewBox="0 0 24 8" aria-hidden="true"><path class="l c${one.s}" d="M0 4H24"/></svg>`;
      item.append(`${one.name} `, make("b", "", latest(one)));
      if (one.isAdded) {
        const button = make("button", "sm-remove", "×");
        button.type = "button";
        button.setAttribute("aria-label", `Remove ${one.name}`);
        button.onclick = () => remove(key(one));
        item.append(" ", button);
      }
      return item;
    }));
  }

  const flag = (why) => { const sign = make("span", "sm-flag t-warn", "! "); sign.title = why; return sign; };
  function cell(one, place) {
    const found = make("td", "n");
    if (place === undefined) { found.append(make("span", "sm-sub", "not run")); return found; }
    const { status, sign, why, text, change, range } = told(one, place);
    if (status === "measured") found.append(...(why ? [flag(why)] : []), `${text} `, make("span", "sm-sub", change), make("br"), make("span", "sm-sub", range));
    else found.append(make("span", "sm-pill t-warn", `${sign} ${status}`), make("br"), make("span", "sm-sub sm-reason", why));
    return found;
  }

  function table(section, lines, { first, last, places, known, own }, root) {
    const grid = section.querySelector("[data-latest]"), head = make("tr");
    head.append(make("th", "", "Commit"), ...lines.map((one) => make("th", "n", one.name)), make("th", "opt", "Subject"));
    const shown = [];
    for (let at = last; at >= first && shown.length < LATEST; at--) shown.push(at);
    grid.caption.textContent = shown.length === 1 ? "The newest run" : `The newest ${shown.length} runs in view; beside each value its change since the point before`;
    grid.tHead.replaceChildren(head);
    grid.tBodies[0].replaceChildren(...shown.map((at) => {
      const run = own(at), row = make("tr"), title = make("th");
      title.scope = "row";
      const link = make("a", "sm-sha", known.sha(run)), date = make("a", "sm-sub", known.day(run));
      link.href = root + known.commitPath(run);
      date.href = root + known.runPath(run);
      title.append(link);
      if (known.tag(run)) title.append(" ", make("span", "sm-pill", known.tag(run)));
      if (known.isDirty(run)) title.append(" ", make("span", "sm-pill t-warn", "± dirty tree"));
      if (known.isAbandoned(run)) title.append(" ", make("span", "sm-pill t-calm", "⌫ left behind"));
      title.append(make("br"), date);
      if (known.ciPage(run)) { const ci = make("a", "sm-sub", "CI run"); ci.href = known.ciPage(run); title.append(" ", ci); }
      row.append(title, ...lines.map((one) => cell(one, one.at.get(places[at].of[one.k]))), make("td", "opt sm-subject", known.subject(run)));
      return row;
    }));
  }

  Object.assign(window.soundmark.charts, { words: { controls, title, inView, legend, table, name } });
})();
