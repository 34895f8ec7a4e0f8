/* Read the data files: whole steps and differences, see docs/reference/site-data.md. */
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
  const each = (one, { length }) => (one.map ? one : Array(length).fill(one));
  const series = (url) => data(url, (page) => {
    const lists = page.runs.map(sums);
    for (const one of page.series) {
      const told = read(one.q), whole = sums(one.y), from = (steps, sign) => whole.map((at, place) => (at === null ? at : told(at + sign * steps[place])));
      one.x = lists[one.x];
      [one.lo, one.hi, one.y] = [from(each(one.lo, whole), -1), from(each(one.hi, whole), 1), from(whole, 0)];
      one.n = each(one.n, whole);
      if (one.r) one.r = sums(one.r);
    }
    return page;
  });

  Object.assign(window.soundmark, { data, read, runs, series });
})();
