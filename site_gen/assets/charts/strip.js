/* The whole series in small below the chart: the view is marked; a drag chooses another part. */
(() => {
  "use strict";
  const { make } = window.soundmark;
  const { status } = window.soundmark.charts;
  const LEAST = 12; // runs from which on a strip helps
  const NS = "http://www.w3.org/2000/svg";
  const draw = (name, facts) => {
    const node = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(facts)) node.setAttribute(key, value);
    return node;
  };

  /* Each line is scaled to its own range: the strip shows where, not how much. */
  function path(one, places, across, [from, to]) {
    const found = [];
    for (let at = 0; at < places.length; at++) {
      const place = one.at.get(places[at].of[one.k]);
      if (place !== undefined && !status(one, place)) found.push([(across(at) - from) / (to - from) * 1000, one.y[place]]);
    }
    if (!found.length) return "";
    let [low, high] = [Infinity, -Infinity];
    for (const [, y] of found) { if (y < low) low = y; if (y > high) high = y; }
    return `M${found.map(([x, y]) => `${x.toFixed(1)} ${(94 - (y - low) / (high - low || 1) * 88).toFixed(1)}`).join("L")}`;
  }

  function strip(figure, lines, view, zoom) {
    figure.querySelector(".sm-strip")?.remove();
    const { first, last, places, across } = view, end = places.length - 1;
    if (places.length < LEAST) return;
    const reach = [across(0), Math.max(across(end), across(0) + 1)];
    const at = (place) => (across(place) - reach[0]) / (reach[1] - reach[0]) * 1000;
    const box = make("div", "sm-strip");
    box.title = "The whole series: drag to choose a part of it";
    const picture = draw("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const one of lines) picture.append(draw("path", { class: `c${one.s}`, d: path(one, places, across, reach) }));
    const part = draw("rect", { class: "sm-part", y: 0, height: 100 });
    const mark = (a, b) => { part.style.display = a === 0 && b === end ? "none" : ""; part.setAttribute("x", at(a)); part.setAttribute("width", Math.max(at(b) - at(a), 4)); };
    mark(first, last);
    picture.append(part);
    box.append(picture);

    const near = (event) => {
      const place = picture.getBoundingClientRect();
      const x = reach[0] + (event.clientX - place.left) / place.width * (reach[1] - reach[0]);
      let best = 0;
      for (let step = 1; step <= end; step++) if (Math.abs(across(step) - x) < Math.abs(across(best) - x)) best = step;
      return best;
    };
    let began = null, now = null;
    box.onpointerdown = (event) => {
      began = near(event);
      now = null;
      box.setPointerCapture(event.pointerId);
    };
    box.onpointermove = (event) => {
      if (began === null) return;
      const to = near(event), isMove = last - first < end && began > first && began < last;
      if (to === began) return;
      if (isMove) {
        const shift = Math.min(Math.max(to - began, -first), end - last);
        now = [first + shift, last + shift];
      } else now = [Math.min(began, to), Math.max(began, to)];
      mark(...now);
    };
    box.onpointerup = () => { if (now) zoom(...now); began = null; };
    box.onpointercancel = () => { began = null; mark(first, last); };
    figure.append(box);
  }
  Object.assign(window.soundmark.charts, { strip });
})();
