// The form works without this. Added here: a count of characters, the picture shown in the glass
// (drawn on a canvas, so that nothing leaves the device), what is missing said in the page's
// language, one send only, Enter in the box of the code, and a print button.
(() => {
  const form = document.querySelector("[data-reflection]");
  if (form) {
    counting(form);
    previewing(form);
    checking(form);
    sendingOnce(form);
    marking(form);
  }
  // Choosing again how to be seen is a form of its own.
  const again = document.querySelector("form:not([data-reflection]) [name=seen]")?.form;
  if (again) checking(again);
  const parts = document.querySelector("[data-parts]");
  if (parts) minding(parts);
  // The code stands in a box of two lines; Enter opens it all the same. The link in a letter brings
  // it along behind a #, which is sent to nobody; it does not stay in the address. Where this page
  // is open already, the link loads nothing and only changes what stands behind the #.
  for (const box of document.querySelectorAll("[data-enter]")) {
    const bring = () => {
      const brought = location.hash.slice(1);
      if (!/^\d{30}$/.test(brought)) return;
      box.value = brought.match(/\d{5}/g).join(" ");
      history.replaceState(null, "", location.pathname);
    };
    bring();
    addEventListener("hashchange", bring);
    box.form.noValidate = true; // the server says in the page's language what is missing
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      box.form.requestSubmit();
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  function counting(form) {
    const count = form.querySelector("[data-count]");
    const words = form.elements.words;
    if (!count || !words) return;
    const most = Number(count.dataset.count);
    const said = count.querySelector("[role=status]");
    let wait;
    const show = () => {
      const used = [...words.value].length;
      const text = `${used} / ${most}`;
      count.querySelector("bdi").textContent = text;
      count.classList.toggle("over", used > most);
      clearTimeout(wait);
      if (used > most - 60) wait = setTimeout(() => (said.textContent = text), 1200);
      else said.textContent = "";
    };
    count.hidden = false;
    words.addEventListener("input", show);
    addEventListener("pageshow", show);
  }

  // What will hang on the wall: the picture, the drawing in its colour, or the words alone; an empty
  // glass until she has chosen.
  function previewing(form) {
    const views = [...document.querySelectorAll("[data-glass]")];
    const input = form.elements.picture;
    const words = form.elements.words;
    if (!views.length || !input || !window.createImageBitmap) return;
    let turn = 0;
    let pictured = false;
    const one = (name, way = "") => {
      const box = `${way} [name=${name}]`;
      return form.querySelector(`${box}:checked`) ?? form.querySelector(box);
    };
    const say = () => {
      const way = form.elements.seen?.value;
      const drawing = one("drawing", `.of-${way}`)?.closest("label").querySelector("svg");
      const text = [...words.value.trim()];
      for (const view of views) {
        view.classList.toggle("pictured", pictured && !drawing && way !== "words");
        const line = view.querySelector("[data-words]");
        if (!line) continue;
        view.classList.toggle("worded", way === "words");
        line.textContent = text.slice(0, 90).join("") + (text.length > 90 ? "…" : "");
        view.querySelector("svg")?.remove();
        if (!drawing) continue;
        const copy = drawing.cloneNode(true);
        copy.setAttribute("class", `drawn c-${one("colour").value}`);
        line.before(copy);
      }
    };
    const look = async () => {
      const mine = ++turn;
      const file = input.files[0];
      let bitmap = null;
      try {
        if (file) bitmap = await createImageBitmap(file);
      } catch {
        bitmap = null; // a kind of picture this browser cannot show; the server may still read it
      }
      if (mine !== turn) return;
      pictured = bitmap !== null;
      for (const view of views) {
        const canvas = view.querySelector("canvas");
        if (bitmap) cover(canvas, bitmap);
        else canvas.width = canvas.height = 0;
      }
      bitmap?.close();
      say();
    };
    input.addEventListener("change", look);
    form.addEventListener("change", say);
    words.addEventListener("input", say);
    addEventListener("pageshow", look);
  }

  function cover(canvas, bitmap) {
    const long = 720 / Math.max(bitmap.width, bitmap.height);
    canvas.width = Math.max(1, Math.round(bitmap.width * Math.min(1, long)));
    canvas.height = Math.max(1, Math.round(bitmap.height * Math.min(1, long)));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }

  // A mark of this one form, so that a form sent twice by mistake is known as one reflection.
  function marking(form) {
    const once = form.elements.once;
    if (!once || once.value || !window.crypto) return;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    once.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // What the server would refuse and this page can know is said before anything is sent, at its
  // field and in the page's language: a picture and its covers do not outlive a refusal.
  function checking(form) {
    if (form.querySelector("[required]:not([data-needed])")) return;
    form.noValidate = true;
    const strings = form.dataset;
    const most = (field) => Number(form.getAttribute(`data-most-${field.name}`));
    const asked = [...form.elements].filter(
      (field) =>
        field.dataset.needed || ["picture", "consent_wall"].includes(field.name) || most(field),
    );
    // The server reads no body above 25 MB, and has no words to give back then.
    const MOST_BYTES = 25 * 1024 * 1024 - 64 * 1024;
    // As the server cleans texts (submissions/work/text.py).
    const UNSEEN = /[\u00ad\u2060\ufeff\u{e0020}-\u{e007f}]/gu;
    const HIDDEN = /(?![\n\r\t\u061c\u200b-\u200f\u2066-\u2069])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;

    // What is wrong with a field, or nothing.
    function fault(field) {
      if (!field.willValidate) return "";
      if (field.validity.valueMissing) return field.dataset.needed;
      const pictured = ["face", "covered"].includes(form.elements.seen?.value);
      if (field.name === "picture") {
        if (pictured && field.files[0]?.size > MOST_BYTES) return strings.tooLarge;
        return pictured && !field.files.length && strings.needsPicture;
      }
      if (field.name === "consent_wall") {
        return !form.querySelector("[name^=consent_]:checked") && strings.needsYes;
      }
      if (!most(field)) return "";
      const text = field.value.replace(UNSEEN, "").normalize("NFC").trim();
      if (HIDDEN.test(text)) return strings.hidden;
      if ([...text].length > most(field)) return strings.long.replace("{n}", most(field));
      return field.name === "words" && !pictured && !text && strings.needsWords;
    }

    // Where and how a template says it (submissions/_field_error.html, _aria.html).
    function tell(field, text) {
      const [hint, id] = [document.getElementById(`${field.name}-hint`), `${field.name}-wrong`];
      const line = document.getElementById(id) ?? document.createElement("span");
      [line.id, line.className, line.textContent] = [id, "wrong", text];
      if (text) hint.after(line);
      else line.remove();
      // What a group is described by is not said again at each of its radios.
      const ids = [field.type === "radio" ? "" : hint.id, text ? id : ""];
      field.setAttribute("aria-describedby", ids.join(" ").trim());
      if (field.type !== "radio") field.setAttribute("aria-invalid", text !== "");
      field.closest(".drop")?.classList.toggle("bad", Boolean(text));
      return line;
    }

    const told = new Set();
    form.addEventListener("submit", (event) => {
      const wrong = asked.filter(fault);
      if (!wrong.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const lines = wrong.map((field) => told.add(field) && tell(field, fault(field)));
      wrong[0].focus({ preventScroll: true });
      lines[0].scrollIntoView({ block: "center" });
    });
    const mended = () => {
      for (const field of told) {
        if (fault(field)) continue;
        tell(field, "");
        told.delete(field);
      }
    };
    form.addEventListener("input", mended);
    form.addEventListener("change", mended);
  }

  // Several forms on one page: what was changed in another is lost when this one is sent. It is said
  // once; a second press goes on.
  function minding(parts) {
    const changed = new Set();
    const line = document.createElement("p");
    [line.className, line.role] = ["wrong", "alert"];
    const part = (event) => event.target.closest("form[data-part]");
    for (const kind of ["input", "change"]) {
      parts.addEventListener(kind, (event) => part(event) && changed.add(part(event)));
    }
    addEventListener("pageshow", (event) => event.persisted || changed.clear());
    const mind = (event) => {
      const form = part(event);
      if (!form || line.dataset.of === form.dataset.part) return;
      if (![...changed].some((other) => other !== form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      line.dataset.of = form.dataset.part;
      form.querySelector("button[data-sending]").before(line);
      line.textContent = parts.dataset.parts;
    };
    parts.addEventListener("submit", mind, true); // before whatever else listens to a form
  }

  function sendingOnce(form) {
    const button = form.querySelector("[data-sending]");
    if (!button) return;
    const quiet = button.textContent;
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.sending;
    });
    addEventListener("pageshow", () => {
      sent = false;
      button.removeAttribute("aria-disabled");
      button.textContent = quiet;
    });
  }
})();
