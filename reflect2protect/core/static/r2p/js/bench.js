// The workbench: covers are drawn, moved, resized and removed on a picture by touch, mouse, pen or
// keys; each step is said. `r2pMirror.bench(edit, strings, say, touched)` makes one of the elements
// in `edit`; `touched` is called when there is a cover more. What is sent is made in cover.js.
(() => {
  const STEP = 0.02; // of the picture's width, for one press of a key
  const LEAST = 0.03; // of the picture: no cover is smaller
  const REACH = 22; // px around the middle of a handle: 44 px for a finger

  // "{n} covers", with the values in the places of their names.
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  window.r2pMirror.fill = fill;
  window.r2pMirror.bench = (edit, strings, say, touched) => {
    const part = (name) => edit.querySelector(`[data-${name}]`);
    const [board, covers] = ["board", "covers"].map(part);
    const view = board.getContext("2d");
    let base = null; // canvas: the picture as it was read
    let shapes = [];
    let past = [];
    let chosen = -1;
    let kind = "oval"; // what a drag draws

    function open(picture) {
      base = picture;
      const small = r2pMirror.scaled(base, 900);
      [board.width, board.height] = [small.width, small.height];
      board.style.setProperty("--ratio", base.width / base.height);
      list();
    }

    function clear() {
      base = null;
      [shapes, past, chosen] = [[], [], -1];
      board.width = board.height = 0;
      list();
    }

    const name = (i) => fill(strings.name, { n: i + 1, kind: strings[shapes[i].kind] });
    const place = (i) => {
      const { x, y, w, h } = shapes[i];
      const [left, top, wide, high] = [x, y, w, h].map((value) => Math.round(value * 100));
      return `${name(i)}: ${fill(strings.place, { left, top, wide, high })}`;
    };
    const keep = () => past.push(JSON.stringify(shapes));

    function add(shape) {
      keep();
      chosen = shapes.push(shape) - 1;
      touched();
      list();
      say(fill(strings.added, { cover: place(chosen) }));
    }

    function addInTheMiddle() {
      const side = Math.min(base.width, base.height);
      const [w, h] = [(0.36 * side) / base.width, (0.48 * side) / base.height];
      const aside = (shapes.length % 5) * 0.04; // so that none hides another
      add({ kind, x: (1 - w) / 2 + aside, y: (1 - h) / 2.5 + aside, w, h });
    }

    function remove() {
      if (chosen < 0) return;
      keep();
      const gone = name(chosen);
      shapes.splice(chosen, 1);
      chosen = Math.min(chosen, shapes.length - 1);
      list();
      say(fill(strings.removed, { cover: gone, n: shapes.length }));
    }

    function undo() {
      if (!past.length) return;
      shapes = JSON.parse(past.pop());
      chosen = Math.min(chosen, shapes.length - 1);
      list();
      say(fill(strings.undone, { n: shapes.length }));
    }

    const within = (value, least, most) => Math.min(most, Math.max(least, value));

    function put(shape, x, y, w, h) {
      shape.w = within(w, LEAST, 1.2);
      shape.h = within(h, LEAST, 1.2);
      shape.x = within(x, -shape.w / 2, 1 - shape.w / 2); // its middle stays in the picture
      shape.y = within(y, -shape.h / 2, 1 - shape.h / 2);
    }

    // By steps: to the side, down, wider, higher.
    function step(right, down, wider, higher) {
      const shape = shapes[chosen];
      if (!shape) return;
      keep();
      const tall = (STEP * base.width) / base.height;
      const w = within(shape.w + 2 * STEP * wider, LEAST, 1.2);
      const h = within(shape.h + 2 * tall * higher, LEAST, 1.2);
      const x = shape.x + STEP * right - (w - shape.w) / 2;
      put(shape, x, shape.y + tall * down - (h - shape.h) / 2, w, h);
      draw();
      say(place(chosen), 500);
    }

    function list() {
      const focused = covers.contains(document.activeElement);
      while (covers.children.length > shapes.length) covers.lastChild.remove();
      shapes.forEach((_, i) => {
        const button = covers.children[i] ?? covers.appendChild(document.createElement("button"));
        button.type = "button";
        button.textContent = name(i);
        button.setAttribute("aria-pressed", i === chosen);
      });
      for (const button of edit.querySelectorAll("[data-step],[data-remove]")) {
        button.setAttribute("aria-disabled", chosen < 0);
      }
      part("undo").setAttribute("aria-disabled", !past.length);
      part("none").hidden = shapes.length > 0;
      part("listed").hidden = !shapes.length;
      if (focused) (covers.children[chosen] ?? part("add")).focus();
      draw();
    }

    function choose(i) {
      chosen = i;
      list();
    }

    // ---- drawing, and drawing by hand ----

    function corners(rect) {
      const { x, y, w, h } = shapes[chosen];
      const [mx, my] = [(x + w / 2) * rect.width, (y + h / 2) * rect.height];
      // Handles of a small cover stand off, so that there is room for a finger between them.
      const dx = Math.max((w / 2) * rect.width, 2 * REACH);
      const dy = Math.max((h / 2) * rect.height, 2 * REACH);
      return [[-1, -1], [1, -1], [-1, 1], [1, 1]].map(([right, down]) => ({
        right,
        down,
        x: within(mx + right * dx, 11, rect.width - 11),
        y: within(my + down * dy, 11, rect.height - 11),
      }));
    }

    let asked = 0;
    function draw() {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        if (!base) return;
        view.drawImage(base, 0, 0, board.width, board.height);
        r2pMirror.paint(view, shapes);
        const shape = shapes[chosen];
        if (!shape || kind === "brush") return;
        const rect = board.getBoundingClientRect();
        const px = board.width / rect.width;
        const { width, height } = board;
        const box = [shape.x * width, shape.y * height, shape.w * width, shape.h * height];
        for (const [colour, line] of [["#1c1222", 4], ["#ff8a5b", 2]]) {
          view.strokeStyle = colour;
          view.lineWidth = line * px;
          view.strokeRect(...box);
        }
        for (const { x, y } of corners(rect)) {
          view.beginPath();
          view.arc(x * px, y * px, 9 * px, 0, 7);
          view.fillStyle = "#ff8a5b";
          view.strokeStyle = "#1c1222";
          view.fill();
          view.stroke();
        }
      });
    }

    // A stroke through points, which are parts of the picture.
    function stroke(points) {
      const thick = (0.11 * Math.min(base.width, base.height)) / base.width;
      const high = (thick * base.width) / base.height;
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const [x, y] = [Math.min(...xs) - thick / 2, Math.min(...ys) - high / 2];
      const [w, h] = [Math.max(...xs) + thick / 2 - x, Math.max(...ys) + high / 2 - y];
      const inner = points.map(([a, b]) => [(a - x) / w, (b - y) / h]);
      return { kind: "brush", x, y, w, h, points: inner, thick, first: [w, h] };
    }

    let drag = null;
    const at = (event, rect) => [
      within((event.clientX - rect.left) / rect.width, 0, 1),
      within((event.clientY - rect.top) / rect.height, 0, 1),
    ];

    const inBox = (box, x, y) =>
      x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;

    function down(event) {
      if (event.button || !event.isPrimary || drag) return;
      event.preventDefault();
      board.setPointerCapture(event.pointerId);
      const rect = board.getBoundingClientRect();
      const from = at(event, rect);
      const [px, py] = [from[0] * rect.width, from[1] * rect.height];
      const before = JSON.stringify(shapes);
      if (kind === "brush") {
        drag = { rect, from, before, points: [from], at: shapes.length };
        shapes.push(stroke(drag.points));
        chosen = drag.at;
        return draw();
      }
      const corner =
        shapes[chosen] &&
        corners(rect).find(({ x, y }) => Math.abs(x - px) <= REACH && Math.abs(y - py) <= REACH);
      let hit = shapes.length - 1; // the uppermost that was touched
      while (hit >= 0 && !inBox(shapes[hit], ...from)) hit -= 1;
      if (!corner && hit >= 0) choose(hit);
      const start = corner || hit >= 0 ? { ...shapes[chosen] } : null;
      drag = { rect, from, before, corner, start };
    }

    function move(event) {
      if (!drag) return;
      const { rect, from, corner, start } = drag;
      const [x, y] = at(event, rect);
      const [dx, dy] = [x - from[0], y - from[1]];
      if (drag.points) {
        const [a, b] = drag.points.at(-1);
        if (Math.hypot((x - a) * rect.width, (y - b) * rect.height) > 2) drag.points.push([x, y]);
        shapes[drag.at] = stroke(drag.points);
      } else if (start && corner) {
        const w = Math.max(LEAST, start.w + dx * corner.right);
        const h = Math.max(LEAST, start.h + dy * corner.down);
        const left = corner.right < 0 ? start.x + start.w - w : start.x;
        put(shapes[chosen], left, corner.down < 0 ? start.y + start.h - h : start.y, w, h);
      } else if (start) {
        put(shapes[chosen], start.x + dx, start.y + dy, start.w, start.h);
      } else if (drag.drawn || Math.hypot(dx * rect.width, dy * rect.height) > 8) {
        if (!drag.drawn) chosen = shapes.push({ kind }) - 1;
        drag.drawn = true;
        put(shapes[chosen], Math.min(x, from[0]), Math.min(y, from[1]), Math.abs(dx), Math.abs(dy));
      }
      drag.moved = true;
      draw();
    }

    function up(event) {
      if (!drag) return;
      const { before, start, points, drawn, moved } = drag;
      drag = null;
      if (event.type === "pointercancel") {
        shapes = JSON.parse(before);
        chosen = Math.min(chosen, shapes.length - 1);
      } else if (points || drawn || (start && moved)) {
        past.push(before);
        touched();
        say(start ? place(chosen) : fill(strings.added, { cover: place(chosen) }));
      } else if (!start) chosen = -1;
      list();
    }

    board.addEventListener("pointerdown", down);
    board.addEventListener("pointermove", move);
    board.addEventListener("pointerup", up);
    board.addEventListener("pointercancel", up);
    addEventListener("resize", draw);

    // ---- buttons and keys ----

    function use(tool) {
      kind = tool;
      for (const button of edit.querySelectorAll("[data-add]")) {
        if (button.dataset.add === "brush") button.setAttribute("aria-pressed", tool === "brush");
      }
      draw();
    }

    edit.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      const { add: tool, step: steps } = button.dataset;
      if (tool === "brush") {
        use(kind === "brush" ? "oval" : "brush");
        say(kind === "brush" ? strings.brushOn : strings.brushOff);
      } else if (tool) {
        use(tool);
        addInTheMiddle();
      } else if (steps) step(...steps.split(" ").map(Number));
      else if ("remove" in button.dataset) remove();
      else if ("undo" in button.dataset) undo();
      else if (covers.contains(button)) choose([...covers.children].indexOf(button));
    });

    covers.addEventListener("focusin", (event) => {
      const i = [...covers.children].indexOf(event.target);
      if (kind === "brush") use("oval");
      if (i >= 0 && i !== chosen) choose(i);
    });

    const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    edit.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") {
        event.preventDefault();
        return undo();
      }
      if (!covers.contains(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = KEYS[event.key];
      if (arrow) step(...(event.shiftKey ? [0, 0, ...arrow] : [...arrow, 0, 0]));
      else if (event.key === "Delete" || event.key === "Backspace") remove();
      else return;
      event.preventDefault();
    });

    return { open, clear, shapes: () => shapes };
  };
})();
