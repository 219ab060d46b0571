// The film plays here once somebody asks for it; until then nothing reaches YouTube.
for (const link of document.querySelectorAll("a[data-youtube]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const { youtube, title, language } = link.dataset;
    const frame = document.createElement("iframe");
    frame.src =
      `https://www.youtube-nocookie.com/embed/${encodeURIComponent(youtube)}` +
      `?autoplay=1&rel=0&cc_load_policy=1&hl=${language}&cc_lang_pref=${language}`;
    frame.title = title;
    frame.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin";
    link.replaceWith(frame);
    frame.focus();
  });
}
