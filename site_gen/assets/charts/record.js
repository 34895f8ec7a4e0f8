/* Runs and points of the data files, for charts and texts. */
(() => {
  "use strict";
  const { digits: number, amount, unit, percent } = window.soundmark;
  const { day } = window.soundmark.charts;
  const ABSENT = ["", "»", "✕", "⊘"];
  const WORDS = ["measured", "skipped", "failed", "invalid"];

  /* Runs and commits by position in data/runs.json. */
  function record(book, suite) {
    const dirty = new Set(book.dirty), abandoned = new Set(book.abandoned);
    const { names, of } = book.branches ?? { names: [""], of: {} };
    const commit = (run) => book.runs.c[run];
    return {
      commit,
      time: (run) => book.commits.t[commit(run)],
      subject: (run) => book.commits.subject[commit(run)],
      hash: (run) => book.commits.sha[commit(run)],
      sha: (run) => { const text = book.commits.sha[commit(run)]; return /^[0-9a-f]{12,}$/.test(text) ? text.slice(0, 12) : text; },
      tag: (run) => book.commits.tag?.[commit(run)] ?? "",
      env: (run) => (book.env[run] ?? []).filter((text) => !text.split(".")[0].includes("/") || text.startsWith(`${suite}/`)),
      branch: (run) => names[of[commit(run)] ?? 0],
      mainBranch: names[0],
      isDirty: (run) => dirty.has(run),
      isAbandoned: (run) => abandoned.has(run),
      commitPath: (run) => `${book.commits.path[commit(run)]}/`,
      runPath: (run) => `${book.runs.path[run]}/`,
      day: (run) => book.runs.day[run],
      ciPage: (run) => { const page = book.ci?.[run] ?? ""; return /^https?:\/\//.test(page) ? page : ""; },
      tagged: Boolean(book.commits.tag && Object.keys(book.commits.tag).length),
    };
  }

  /* Places of the axis across. On one machine each run has its own; runs of several machines at
     one commit share one: the first of each, the second of each. */
  function columns(lines, known) {
    const runsOf = new Map();
    for (const one of lines) {
      if (!runsOf.has(one.k)) runsOf.set(one.k, new Set());
      for (const run of one.at.keys()) runsOf.get(one.k).add(run);
    }
    const found = new Map();
    for (const [machine, runs] of runsOf) {
      let before = -1, nth = 0;
      for (const run of [...runs].sort((a, b) => a - b)) {
        nth = known.commit(run) === before ? nth + 1 : 0;
        before = known.commit(run);
        const key = before * 1000 + nth;
        if (!found.has(key)) found.set(key, { key, run, of: {} });
        found.get(key).of[machine] = run;
      }
    }
    return [...found.values()].sort((a, b) => a.key - b.key);
  }

  const status = (one, place) => one.status?.[place] || (one.y[place] === null ? 2 : 0);

  /* Whether a point of a series is on a shown branch. */
  const isShown = (one, place) => one.at.has(one.x[place]);

  /* A point of a series in words. */
  function told(one, place) {
    if (status(one, place)) return { status: WORDS[status(one, place)], sign: ABSENT[status(one, place)], why: one.why?.[place] ?? "" };
    let back = place - 1;
    while (back >= 0 && (one.y[back] === null || !isShown(one, back))) back--;
    const [low, high] = [one.lo[place], one.hi[place]];
    return {
      status: "measured", text: amount(one.y[place], one.u), n: one.n[place],
      change: back >= 0 && one.y[back] ? percent(one.y[place] / one.y[back] - 1) : "",
      range: low < high ? (one.r?.includes(place) ? "range " : "") + unit(`${number(low)} – ${number(high)}`, one.u) : "",
      mark: one.f?.find((mark) => mark.x === place)?.text ?? "", why: one.why?.[place] ?? "",
    };
  }
  const latest = (one) => {
    let place = one.y.length - 1;
    while (place >= 0 && !isShown(one, place)) place--;
    return place < 0 ? "–" : status(one, place) ? WORDS[status(one, place)] : amount(one.y[place], one.u);
  };
  /* Index of the commit or date of a note; -1 if it is not there. */
  const noted = (note, places, known) => places.findIndex(({ run }) => (note.c
    ? known.hash(run).startsWith(note.c) : note.d && day(known.time(run)) >= note.d));

  Object.assign(window.soundmark.charts, { ABSENT, record, columns, status, told, latest, noted });
})();
