// Leave quickly: this page gives way to a neutral one, and "back" does not return to it.
// Escape three times does the same. Without JavaScript the link is a plain link.
(() => {
  const link = document.querySelector("[data-leave]");
  if (!link) return;
  const leave = () => {
    document.documentElement.hidden = true;
    document.title = "";
    for (const form of document.forms) form.reset();
    location.replace(link.href);
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
