// The picture in the form: what is chosen or taken goes through the cover tool (cover.js and
// bench.js), and only the file that comes out of it is put into the form. The form works without
// this. Where the browser keeps pages from reading a canvas (Tor Browser), or cannot open the file,
// the chosen file is left alone, `covering` says `server`, and so do the words.
(() => {
  const root = document.querySelector("[data-picture]");
  const parts = root?.querySelector("[data-cover-parts]");
  if (!parts || !window.createImageBitmap || !window.PointerEvent) return;
  const { cover, truthful, read, scaled, fill } = r2pMirror;
  const form = root.closest("form");
  const input = root.querySelector("input[type=file]");
  const covering = root.querySelector("[data-covering]");
  const told = root.querySelector("[data-told]");
  const strings = parts.dataset;

  root.querySelector("[data-cover-room]").append(parts.content);
  const part = (name) => root.querySelector(`[data-${name}]`);
  const [edit, shown, exact, said] = ["edit", "shown", "exact", "said"].map(part);

  let base = null; // canvas: the picture as it was read
  let file = null; // what was chosen, while the server has to prepare it
  let reason = ""; // why the server has to
  let editing = false;
  let turn = 0;
  let work = null; // a promise, while something is being prepared
  let waiting = false; // the form is to be sent once it is

  const way = () => form.elements.seen?.value ?? "face";
  const needs = () => way() === "covered" && !bench.shapes().length;
  const tell = (text, wrong = false) => {
    told.textContent = text;
    told.classList.toggle("amiss", wrong);
  };
  let soon;
  const say = (text, later = 0) => {
    clearTimeout(soon);
    soon = setTimeout(() => (said.textContent = text), later);
  };
  const bench = r2pMirror.bench(edit, strings, say, () => {
    tell("");
    missing(false);
  });

  // Said where covers are added, since the picture may fill the screen above.
  function missing(yes) {
    const [line, add] = [part("missing"), part("add")];
    line.textContent = yes ? strings.needs : "";
    add.removeAttribute("aria-describedby");
    if (!yes) return;
    add.setAttribute("aria-describedby", line.id);
    add.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  }

  // The file in the form. The rest of the page (form.js) looks at it when it changes.
  let own = false;
  function hold(next) {
    if (next) {
      const transfer = new DataTransfer();
      transfer.items.add(next);
      input.files = transfer.files;
    } else input.value = "";
    changed();
  }

  function changed() {
    own = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    own = false;
  }

  function forget() {
    turn += 1;
    base = file = work = null;
    bench.clear();
    editing = waiting = false;
    covering.value = reason = "";
    exact.width = exact.height = 0;
    for (const box of shown.querySelectorAll("input")) box.checked = false;
    tell("");
    missing(false);
    show();
  }

  function show() {
    edit.hidden = !editing;
    shown.hidden = !base || editing || !exact.width;
    root.classList.toggle("held", Boolean(base));
  }

  function take(source) {
    forget();
    tell(strings.preparing);
    return begin(() => prepare(source));
  }

  // One thing is done at a time, and the form waits for it. Whether there is something to send.
  function begin(task) {
    const mine = turn;
    const job = task()
      .catch(() => (mine === turn ? putAway() : false))
      .then((ready) => {
        if (work === job) work = null;
        return ready;
      });
    work = job;
    return job;
  }

  // Better no picture than one whose covers cannot be trusted.
  function putAway() {
    forget();
    hold(null);
    tell(strings.failed, true);
    return false;
  }

  async function prepare(source) {
    const mine = turn;
    const honest = typeof DataTransfer === "function" && (await truthful());
    let picture = null;
    if (honest) picture = source instanceof Blob ? await read(source).catch(() => null) : source;
    if (mine !== turn) return false;
    if (!picture) {
      if (source instanceof Blob) leaveToServer(source, honest ? strings.unread : strings.blank);
      else {
        hold(null);
        tell(strings.cameraBlank, true);
      }
      return true;
    }
    base = scaled(picture);
    picture.close?.();
    tell("");
    if (way() === "covered") {
      open();
      return false;
    }
    return settle();
  }

  function leaveToServer(what, why) {
    [file, reason] = [what, why];
    covering.value = "server";
    tell(`${why} ${way() === "covered" ? strings.serverCovered : strings.serverFace}`);
    changed();
    show();
  }

  // The picture with its covers goes into the form. Whether there is something to send.
  async function settle() {
    const mine = turn;
    const shapes = bench.shapes();
    const drawn = JSON.stringify(shapes);
    const blob = await cover(base, shapes);
    const picture = blob && (await read(blob));
    if (mine !== turn) return false;
    if (!blob) return putAway();
    // Meanwhile she may have gone on drawing, or chosen to have her face covered.
    if (needs()) {
      open();
      return false;
    }
    if (drawn !== JSON.stringify(bench.shapes())) return settle();
    hold(new File([blob], "mirror.jpg", { type: blob.type }));
    covering.value = shapes.length ? "device" : "none";
    [exact.width, exact.height] = [picture.width, picture.height];
    exact.getContext("2d").drawImage(picture, 0, 0);
    picture.close?.();
    // Isolated, so that the numbers keep their order from right to left.
    part("facts").textContent = fill(strings.facts, {
      size: `\u2066${exact.width} × ${exact.height}\u2069`,
      weight: Math.max(1, Math.round(blob.size / 1000)),
    });
    say(part("facts").textContent);
    part("recover").textContent = shapes.length ? strings.change : strings.begin;
    editing = false;
    tell("");
    show();
    return true;
  }

  function open() {
    editing = true;
    hold(null); // while covers are being drawn nothing is held that could be sent
    covering.value = "";
    bench.open(base);
    show();
    say(part("edit-title").textContent);
  }

  async function finish() {
    if (needs()) {
      missing(true);
      return false;
    }
    return work ?? begin(settle);
  }

  part("done").addEventListener("click", () => {
    finish().then((ready) => ready && part("shown-title").focus());
  });
  part("recover").addEventListener("click", () => {
    open();
    part("edit-title").focus();
  });
  part("drop").addEventListener("click", () => {
    forget();
    hold(null);
    input.focus();
  });

  root.addEventListener(
    "change",
    (event) => {
      if (own || event.target !== input) return;
      event.stopImmediatePropagation();
      if (input.files.length === 1) take(input.files[0]);
      else if (base && !editing) begin(settle); // some browsers empty the field on "cancel"
      else if (!base) forget();
    },
    true,
  );
  // For the camera: a canvas is taken like a file.
  r2pMirror.take = async (canvas) => {
    const ready = await take(canvas);
    part(ready ? "shown-title" : "edit-title").focus();
  };

  function ways() {
    const none = ["silhouette", "mirror", "words"].includes(way());
    root.disabled = none;
    part("controls").hidden = none;
    part("unneeded").hidden = !none;
    if (file) leaveToServer(file, reason);
    else if (base && !editing && needs()) open();
    else if (!needs()) missing(false);
  }
  form.addEventListener("change", (event) => event.target.name === "seen" && ways());

  // Before the form is sent, what is being prepared or drawn is brought to its end. This runs
  // ahead of everything else that listens, and sends the form again when all is ready.
  form.addEventListener(
    "submit",
    async (event) => {
      if (root.disabled || (!work && !editing)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting) return;
      waiting = true;
      const button = event.submitter;
      const done = !work || (await work);
      const ready = editing ? await finish() : done;
      waiting = false;
      if (!ready) return;
      if (form.requestSubmit) form.requestSubmit(button);
      else form.submit();
    },
    true,
  );
  form.addEventListener("reset", () => {
    forget();
    setTimeout(() => hold(null));
  });
  // Nothing of the picture waits in a page that was left.
  let left = false;
  addEventListener("pagehide", () => {
    left = Boolean(base || file);
    forget();
    input.value = "";
  });
  addEventListener("pageshow", () => {
    ways();
    if (left) tell(strings.again);
    left = false;
    // A browser may have kept the choice over a reload, or somebody chose before this ran.
    if (input.files.length === 1 && !base && !file && !work) take(input.files[0]);
  });
  forget();
  ways();
})();
