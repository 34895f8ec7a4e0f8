/* Find by typing: benchmarks, suites, commits, runs and pages by their names. Loaded, with its
   index, when the field is used for the first time. */
(() => {
  "use strict";
  const { data, runs: book, make } = window.soundmark;
  const MOST = 20;
  const KINDS = { pages: "page", suites: "suite", benchmarks: "benchmark", documentation: "documentation" };

  const entry = (kind, name, path, hint = "") => ({ kind, name, path, hint, text: `${name} ${hint}`.toLowerCase() });

  async function names(root) {
    const index = await data(`${root}data/search.json`), found = [];
    for (const [kind, word] of Object.entries(KINDS)) {
      const { name, path } = index[kind];
      name.forEach((one, place) => found.push(entry(word, one, path[place])));
    }
    return found;
  }
  async function record(root) {
    const runs = await book(`${root}data/runs.json`), found = [];
    const { sha, subject, path } = runs.commits;
    for (let place = sha.length - 1; place >= 0; place--) {
      found.push(entry("commit", sha[place].slice(0, 12), path[place], subject[place]));
      found[found.length - 1].text += ` ${sha[place]}`;
    }
    for (let place = runs.runs.path.length - 1; place >= 0; place--) {
      if (!runs.runs.id[place]) continue;
      const commit = sha[runs.runs.c[place]].slice(0, 12), machine = runs.machines[runs.runs.k[place]];
      found.push(entry("run", `${runs.runs.day[place]} on ${machine}`, runs.runs.path[place], `at ${commit}`));
    }
    return found;
  }

  /* Every word has to be in it. What begins with the first word comes first, then what has a word
     that does; within these the order of the index stands. */
  function matches(entries, asked) {
    const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const rank = (one) => {
      const name = one.name.toLowerCase(), at = name.indexOf(words[0]);
      return at === 0 ? 0 : at > 0 && /[^a-z0-9]/.test(name[at - 1]) ? 1 : 2;
    };
    return entries.filter((one) => words.every((word) => one.text.includes(word)))
      .map((one, place) => [rank(one), place, one])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, , one]) => one);
  }

  const known = window.soundmark.found = {}; // what was read, also for pages that come without a reload
  window.soundmarkFind = (place, input, root) => {
    const list = make("div", "sm-found"), said = make("p", "sm-sub");
    list.id = "sm-found";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Found");
    said.setAttribute("role", "status");
    place.append(list, said);
    let active = -1, asked = 0;

    const show = (open) => {
      place.classList.toggle("sm-open", open);
      input.setAttribute("aria-expanded", String(open));
    };
    const choose = (next) => {
      const rows = [...list.children];
      active = rows.length ? (next + rows.length) % rows.length : -1;
      rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === active)));
      if (active < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", rows[active].id);
        rows[active].scrollIntoView({ block: "nearest" });
      }
    };
    async function find() {
      const now = ++asked, value = input.value.trim();
      if (!value) { show(false); return; }
      let found, isWhole = false;
      try {
        const named = await (known.names ??= names(root));
        found = matches(named, value);
        // Commits and runs are read when names leave room for them.
        if (found.length < MOST) [found, isWhole] = [matches([...named, ...await (known.record ??= record(root))], value), true];
      } catch (error) {
        known.names = known.record = null;
        said.textContent = "The index could not be loaded. From a folder on disk, use `soundmark site serve`.";
        list.replaceChildren();
        show(true);
        return;
      }
      if (now !== asked) return;
      list.replaceChildren(...found.slice(0, MOST).map((one, number) => {
        const row = make("a", "sm-hit");
        row.id = `sm-hit-${number}`;
        row.href = root + one.path + (!one.path || one.path.endsWith("/") || one.path.includes("#") ? "" : "/");
        row.setAttribute("role", "option");
        row.tabIndex = -1;
        row.append(make("b", "", one.name), make("span", "sm-sub", one.hint), make("i", "sm-sub", one.kind));
        return row;
      }));
      const more = found.length - MOST;
      said.textContent = !found.length ? "Nothing is called so." : more > 0 ? `and ${more} more${isWhole ? "" : "; commits and runs are found when you type more"}` : "";
      show(true);
      choose(found.length ? 0 : -1);
    }
    input.addEventListener("input", find);
    input.addEventListener("focus", find);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        list.children[active]?.click();
      } else if (event.key === "Escape") {
        input.value = "";
        show(false);
        input.blur();
      }
    });
    list.addEventListener("click", () => {
      const onPhone = document.getElementById("__search");
      show(false);
      input.blur();
      if (onPhone?.checked) onPhone.click();
    });
    document.addEventListener("click", (event) => { if (!place.contains(event.target)) show(false); });
    return find();
  };
})();
