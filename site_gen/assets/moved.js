// Leads an address of asv, such as #suite.time_x?p-n=10, to the page of that benchmark.
"use strict";
(() => {
  const plain = (text) => text.replace(/^(['"])(.*)\1$/, "$2");
  const { home, regressions } = document.body.dataset;
  const [before, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  let name = before;
  try { name = decodeURIComponent(before); } catch { /* as it is written */ }
  if (["", "summarygrid", "summarylist"].includes(name)) return location.replace(home);
  if (name === "regressions") return location.replace(regressions);
  const rows = [...document.querySelectorAll("[data-was]")].filter((row) => row.dataset.was === name);
  const asked = [...new URLSearchParams(query)].filter(([key]) => key.startsWith("p-"));
  const told = (row) => new Map(row.dataset.params.split("\n").map((line) => line.split(/=(.*)/s)));
  const fits = rows.filter((row) => asked.every(([key, value]) => {
    const have = told(row).get(key.slice(2));
    return have === undefined || have === plain(value);
  }));
  if (fits.length === 1) return location.replace(fits[0].querySelector("a").href);
  if (rows.length) return location.replace(rows[0].dataset.suite);
  document.getElementById("unknown").hidden = false;
})();
