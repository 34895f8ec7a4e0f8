/* Read the files of numbers: whole steps and differences, as docs/reference/site-data.md says. */
(() => {
  "use strict";
  const { load } = window.soundmark;
  const data = (url, read = (found) => found) => load(url, "json", (found) => {
    if (found.format !== 2) throw new Error("another format of data");
    return read(found);
  });
  /* A list of differences; an absence adds nothing. */
  const sums = (list) => { let at = 0; return list.map((one) => (one === null ? null : (at += one))); };
  /* Rounded once, so that 0.1235 is 0.1235. */
  const read = ([factor, power]) => (whole) => (power < 0 ? whole * factor / Number(`1e${-power}`) : whole * factor * Number(`1e${power}`));
  /* Runs and commits; `path` is filled in where the name is the address. */
  const runs = (url) => data(url, (book) => {
    const { commits, runs: all } = book, paths = (folder, names, other) => names.map((one, place) => other[place] ?? `${folder}/${one}`);
    commits.t = sums(commits.t);
    commits.path = paths("commits", commits.sha, commits.path);
    all.path = paths("runs", all.id, all.path);
    all.c = sums(all.c);
    all.day = sums(all.day).map((one) => new Date(one * 864e5).toISOString().slice(0, 10));
    return book;
  });
  /* Series with their own runs, values and ends of intervals; null where nothing was measured. */
  const series = (url) => data(url, (page) => {
    const lists = page.runs.map(sums);
    for (const one of page.series) {
      const told = read(one.q), whole = sums(one.y), of = (side, sign) => one[side].map((step, place) => (whole[place] === null ? null : told(whole[place] + sign * step)));
      one.x = lists[one.x];
      [one.lo, one.hi, one.y] = [of("lo", -1), of("hi", 1), whole.map((value) => (value === null ? null : told(value)))];
      if (!one.n.map) one.n = one.x.map(() => one.n);
      if (one.r) one.r = sums(one.r);
    }
    return page;
  });
  const samples = (url) => data(url, (found) => {
    for (const one of found.series) one.y = one.y.map((list) => list.map(read(one.q)));
    return found;
  });

  Object.assign(window.soundmark, { data, runs, series, samples });
})();
