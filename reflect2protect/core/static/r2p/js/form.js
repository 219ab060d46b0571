// The form works without this. Added here: a count of characters, the picture shown in the glass
// (drawn on a canvas, so that nothing leaves the device), needed boxes explained in the page's
// language, one send only, Enter in the box of the code, and a print button.
(() => {
  const form = document.querySelector("[data-reflection]");
  if (form) {
    counting(form);
    previewing(form);
    explaining(form);
    sendingOnce(form);
    marking(form);
  }
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

  function previewing(form) {
    const views = [...document.querySelectorAll("[data-glass]")];
    const input = form.elements.picture;
    const words = form.elements.words;
    if (!views.length || !input || !window.createImageBitmap) return;
    let turn = 0;
    const say = () => {
      for (const view of views) {
        const line = view.querySelector("[data-words]");
        if (!line) continue;
        const text = words.value.trim();
        line.textContent = [...text].slice(0, 90).join("") + ([...text].length > 90 ? "…" : "");
        view.classList.toggle("worded", text !== "" && !view.classList.contains("pictured"));
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
      for (const view of views) {
        const canvas = view.querySelector("canvas");
        view.classList.toggle("pictured", bitmap !== null);
        if (bitmap) cover(canvas, bitmap);
        else canvas.width = canvas.height = 0;
      }
      bitmap?.close();
      say();
    };
    input.addEventListener("change", look);
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

  function explaining(form) {
    for (const box of form.querySelectorAll("[data-needed]")) {
      box.addEventListener("invalid", () => box.setCustomValidity(box.dataset.needed));
      box.addEventListener("change", () => box.setCustomValidity(""));
    }
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
