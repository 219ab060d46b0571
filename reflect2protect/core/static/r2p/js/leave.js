// Leave quickly: this page gives way to a neutral one, "back" does not return to it, and the browser
// lets go of what it kept of this site. Escape three times does the same. Without JavaScript the
// link leads through /leave, whose answer asks for the same; "back" returns then.
(() => {
  const link = document.querySelector("[data-leave]");
  if (!link) return;
  const leave = () => {
    document.documentElement.hidden = true;
    document.title = "";
    for (const form of document.forms) form.reset();
    // Nobody waits for this answer. In a copy the link leads elsewhere, and nobody is asked.
    if (link.origin === location.origin) {
      fetch(link.href, { keepalive: true, redirect: "manual", cache: "no-store" }).catch(() => {});
    }
    location.replace(link.dataset.leave);
  };
  link.querySelector("[hidden]")?.removeAttribute("hidden");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses = [];
  addEventListener("keydown", (event) => {
    // While someone writes Chinese, Escape belongs to the input method.
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
})();
