/* Sort and filter the tables of a page; loaded where it has one that can be. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function sorting(table) {
    const heads = all("thead th", table);
    const key = (row, column) => {
      const cell = row.cells[column];
      const number = "v" in cell.dataset ? parseFloat(cell.dataset.v) : NaN;
      return "v" in cell.dataset ? number : cell.textContent.trim().toLowerCase();
    };
    heads.forEach((head, column) => {
      head.dataset.order = "";
      head.tabIndex = 0;
      const sort = () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [key(row, column), row]);
        const last = (value) => Number.isNaN(value);
        rows.sort(([a], [b]) => last(a) - last(b) || (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
        body.append(...rows.map(([, row]) => row));
      };
      head.onclick = sort;
      head.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
      };
    });
  }

  function filtering(tools) {
    const input = tools.querySelector("[data-filter]");
    const machines = tools.querySelector("[data-machines]");
    const shown = tools.querySelector("[data-shown]");
    const choices = all("[data-by]", tools);
    const rows = all("[data-text]", tools.parentElement);
    const asked = new URL(location.href);
    const usual = (one) => one.dataset.usual ?? "";
    for (const one of choices) {
      one.value = asked.searchParams.get(one.dataset.by) ?? usual(one);
      if (one.selectedIndex < 0) one.value = usual(one);
    }
    const chosen = (row, { value, dataset: { by } }) => !value || (by === "age"
      ? Number(row.dataset.age) <= Number(value) : row.dataset[by] === value || row.dataset[by].split("|").includes(value));
    input.value = asked.searchParams.get("q") ?? "";
    if (machines) machines.value = asked.searchParams.get("on") ?? "";
    const apply = (event) => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.dataset.text.toLowerCase();
        const fits = words.every((word) => text.includes(word))
          && (!machines?.value || row.dataset.machine === machines.value)
          && choices.every((one) => chosen(row, one));
        row.hidden = !fits;
      }
      // The default filter may leave none of the rows before the fold.
      const isBelow = choices.some(usual) && !rows.some((row) => !row.hidden && !row.closest("[data-rest]"));
      if (words.length || isBelow || choices.some((one) => one.value !== usual(one)) || document.querySelector(".sm-only:target")) {
        for (const fold of all("details[data-rest]", tools.parentElement)) fold.open = true;
      }
      // An address that asks for the rows of one word hides the others by style.
      const count = rows.filter((row) => !row.hidden && (row.offsetParent || row.closest("[data-rest]"))).length;
      shown.textContent = `${count} of ${rows.length}${shown.dataset.shown}`;
      if (!event) return;
      const address = new URL(location.href);
      for (const [name, value, before = ""] of [["q", input.value], ["on", machines?.value],
        ...choices.map((one) => [one.dataset.by, one.value, usual(one)])]) {
        if ((value ?? "") !== before) address.searchParams.set(name, value); else address.searchParams.delete(name);
      }
      history.replaceState(history.state, "", address);
    };
    input.oninput = apply;
    for (const one of [...choices, ...(machines ? [machines] : [])]) one.onchange = apply;
    window.onhashchange = () => apply();
    apply();
    if (location.hash) setTimeout(apply, 100);
  }

  window.soundmarkTables = () => {
    all("table[data-sort]").forEach(sorting);
    for (const input of all("[data-tools] [data-filter]")) filtering(input.closest("[data-tools]"));
  };
})();
