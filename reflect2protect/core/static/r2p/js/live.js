// An open wall stays true. What was taken back goes at once, leaving an empty mirror so that nothing
// moves; what is new waits behind a button. Without this, all of it comes with the next visit.
(() => {
  const wall = document.querySelector("[data-live]");
  if (!wall || location.protocol === "file:") return;
  const EVERY = 30_000;
  const PATIENCE = 5; // errors in a row, each pause twice as long as the one before
  const status = wall.querySelector("[role=status]");
  const known = new Set([...document.querySelectorAll("[data-id]")].map((card) => card.dataset.id));
  const shown = new Set(known);
  let timer;
  let errors = 0;
  let heard = false;
  let last = Date.now();

  function empty(id) {
    known.delete(id);
    for (const card of document.querySelectorAll(`[data-id="${CSS.escape(id)}"]`)) {
      const held = card.contains(document.activeElement);
      const glass = document.createElement("div");
      glass.className = card.querySelector(".m")?.className ?? "m oval";
      glass.append(document.createElement("i"));
      card.replaceChildren(glass);
      card.removeAttribute("data-id");
      card.classList.add("left");
      card.ariaHidden = "true";
      if (held) (card.nextElementSibling ?? wall).querySelector("a")?.focus();
    }
  }

  function announce(fresh) {
    if (!fresh || status.firstChild) return;
    status.append(wall.querySelector("template").content.cloneNode(true));
    status.querySelector("button").addEventListener("click", () => {
      scrollTo(0, 0);
      location.reload();
    });
  }

  async function look() {
    last = Date.now();
    try {
      const answer = await fetch(wall.dataset.live, { cache: "no-cache", credentials: "omit" });
      // It was there before: the wall itself has been taken down.
      if (answer.status === 404 && heard) location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const { bucket, hanging } = await answer.json();
      const still = new Set(hanging);
      // After two buckets this page is too old to tell what was taken back from what moved on.
      if (bucket - wall.dataset.bucket < 2) [...known].filter((id) => !still.has(id)).forEach(empty);
      announce(bucket > wall.dataset.bucket || (hanging[0] && !shown.has(hanging[0])));
      errors = 0;
      heard = true;
    } catch {
      errors += 1;
    }
    wait();
  }

  function wait() {
    clearTimeout(timer);
    if (document.hidden || !navigator.onLine || errors > PATIENCE) return;
    timer = setTimeout(look, Math.max(0, last + EVERY * 2 ** errors - Date.now()));
  }

  document.addEventListener("visibilitychange", wait);
  addEventListener("online", () => {
    errors = 0;
    wait();
  });
  addEventListener("offline", wait);
  wait();
})();
