/* The note about one run beside the cursor; a click or a tap keeps it, with links. */
(() => {
  "use strict";
  const { make } = window.soundmark;
  const { told, noted, day } = window.soundmark.charts;
  const MOST_FACTS = 6;

  function line(one, found, isOne) {
    const row = make("div");
    if (!isOne) row.append(make("span", `c${one.s}`, "■ "), `${one.name}: `);
    if (found.status !== "measured") row.append(`${found.status}: ${found.why}`);
    else row.append(make("b", "", found.text), ` ${found.change}`, make("div", "sm-sub", [found.range && `95 %: ${found.range}`, `n = ${found.n}`].filter(Boolean).join(", ")));
    if (found.status === "measured" && found.why) row.append(make("div", "t-warn", `! ${found.why}`));
    if (found.mark) row.append(make("div", "t-bad", found.mark));
    return row;
  }

  /* The lines for index `to` of the axis; with links when the note is kept. */
  function tip(lines, view, page, to, root, isKept) {
    const { places, known, own } = view, run = own(to);
    const label = known.tag(run) ? ` · ${known.tag(run)}` : "";
    const said = [
      make("b", "", `${day(known.time(run))} · ${known.sha(run)}${label}${known.isDirty(run) ? " · dirty tree" : ""}${known.isAbandoned(run) ? " · left behind" : ""}`),
      make("div", "sm-sub", known.subject(run)),
    ];
    for (const one of lines) {
      const place = one.at.get(places[to].of[one.k]);
      if (place !== undefined) said.push(line(one, told(one, place), lines.length === 1));
    }
    const changed = to ? known.env(run) : [];
    if (changed.length) said.push(make("div", "sm-sub", `◆ ${changed.slice(0, MOST_FACTS).join("; ")}${changed.length > MOST_FACTS ? `; and ${changed.length - MOST_FACTS} more` : ""}`));
    for (const one of page.notes) if (noted(one, places, known) === to) said.push(make("div", "t-note", `✎ ${one.text}`));
    if (isKept) {
      const links = make("div", "sm-links"), open = make("a", "", "This run"), commit = make("a", "", "This commit");
      open.href = root + known.runPath(run);
      commit.href = root + known.commitPath(run);
      links.append(open, commit);
      if (known.ciPage(run)) { const ci = make("a", "", "CI run"); ci.href = known.ciPage(run); links.append(ci); }
      said.push(links);
    }
    return said;
  }
  Object.assign(window.soundmark.charts, { tip });
})();
