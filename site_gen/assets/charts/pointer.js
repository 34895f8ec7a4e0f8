/* Pointer, fingers and keys on the trend: a cursor with a note, a drag to zoom, a click that keeps
   the note, a double click that shows all. Nothing opens a page but a link and Enter. */
(() => {
  "use strict";
  const { make } = window.soundmark;
  const SLIP = 8; // pixels that a finger may move within a tap

  /* `act` has zoom(first, last), open(place) and say(place, isKept), which answers the lines of the note. */
  function hold(figure, drawn, view, act) {
    const { first, last, places, across } = view, end = places.length - 1;
    const place = figure.querySelector(".sm-canvas");
    place.querySelector(".sm-tip")?.remove();
    const note = place.appendChild(make("div", "sm-tip"));
    note.setAttribute("role", "status");
    note.hidden = true;
    let from = null, cursor = -1, kept = false;

    const near = (event) => {
      const left = place.querySelector("canvas").getBoundingClientRect().left + drawn.origin()[0];
      const pixel = Math.min(Math.max(event.clientX - left, 0), drawn.signal("width"));
      const x = drawn.scale("x").invert(pixel);
      let best = first;
      for (let step = first; step <= last; step++) if (Math.abs(across(step) - x) < Math.abs(across(best) - x)) best = step;
      return [best, x];
    };
    /* The note keeps clear of the pointer, or a second click would hit it. */
    const point = (to, isKept = false, event = null) => {
      [cursor, kept] = [to, isKept];
      drawn.data("cursor", [{ x: across(to) }]).run();
      note.replaceChildren(...act.say(to, isKept));
      note.classList.toggle("sm-kept", isKept);
      note.hidden = false;
      const x = drawn.origin()[0] + drawn.scale("x")(across(to)), room = figure.clientWidth;
      const at = event ? event.clientX - place.getBoundingClientRect().left : x;
      note.style.left = x < room / 2 ? `${Math.max(x, at) + 12}px` : "";
      note.style.right = x < room / 2 ? "" : `${room - Math.min(x, at) + 12}px`;
    };
    const leave = () => { kept = false; note.hidden = true; drawn.data("cursor", []).run(); };
    const brush = (rows) => drawn.data("brush", rows).run();
    const onNote = (event) => note.contains(event.target);

    place.onpointermove = (event) => {
      if (onNote(event)) return;
      const [to, x] = near(event);
      if (!kept || from) point(to, false, event);
      if (from && Math.abs(event.clientX - from.pixel) > SLIP) brush([{ x: from.x, x2: x }]);
    };
    place.onpointerdown = (event) => {
      if (onNote(event) || event.button) return;
      const [to, x] = near(event);
      from = { to, x, pixel: event.clientX, kept: kept ? cursor : -1 };
      place.setPointerCapture(event.pointerId);
    };
    place.onpointerup = (event) => {
      const began = from;
      from = null;
      if (!began) return;
      const [to] = near(event);
      if (Math.abs(event.clientX - began.pixel) <= SLIP) return began.kept === to ? leave() : point(to, true, event);
      const [a, b] = [Math.min(began.to, to), Math.max(began.to, to)];
      if (b > a) act.zoom(a, b); else brush([]);
    };
    place.onpointercancel = () => { from = null; brush([]); };
    place.onpointerleave = () => { if (!from && !kept) leave(); };
    figure.ondblclick = (event) => { if (!onNote(event)) act.zoom(0, end); };

    figure.onkeydown = (event) => {
      if (event.target !== figure || event.ctrlKey || event.metaKey || event.altKey) return;
      const span = last - first + 1;
      const move = (by) => {
        const shift = Math.min(Math.max(by, -first), end - last);
        if (shift) act.zoom(first + shift, last + shift);
      };
      const step = (by) => point(Math.min(last, Math.max(first, cursor < first ? (by < 0 ? last : first) : cursor + by)));
      const keys = {
        ArrowLeft: () => (event.shiftKey ? move(-Math.ceil(span / 2)) : step(-1)),
        ArrowRight: () => (event.shiftKey ? move(Math.ceil(span / 2)) : step(1)),
        Home: () => point(first),
        End: () => point(last),
        Enter: () => { if (cursor >= first) act.open(cursor); },
        Escape: leave,
        "+": () => { const half = Math.max(2, span >> 1) >> 1, middle = cursor >= first ? cursor : last; act.zoom(Math.max(first, middle - half), Math.min(last, middle + half)); },
        "-": () => act.zoom(Math.max(0, first - (span >> 1)), Math.min(end, last + (span >> 1))),
        0: () => act.zoom(0, end),
      };
      const found = keys[event.key === "=" ? "+" : event.key];
      if (found) { event.preventDefault(); found(); }
    };
  }
  Object.assign(window.soundmark.charts, { hold });
})();
