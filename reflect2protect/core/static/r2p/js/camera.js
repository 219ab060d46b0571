// The mirror camera: she sees herself as in a mirror, takes a picture, and hands it to the cover
// tool (mirror.js). Nothing is kept or sent here. The camera is off as soon as a picture is taken,
// the page is left or hidden, or another way of being seen is chosen.
(() => {
  const root = document.querySelector("[data-picture]");
  const start = root?.querySelector("[data-camera]");
  const parts = root?.querySelector("[data-camera-parts]");
  if (!start || !parts || !window.r2pMirror?.take || !navigator.mediaDevices?.getUserMedia) return;
  const PARTS = 3 / 4; // width to height of the mirror; mirror.css has it too
  const WHY = {
    NotAllowedError: "denied",
    NotFoundError: "none",
    OverconstrainedError: "none",
    NotReadableError: "busy",
  };
  const strings = parts.dataset;
  root.querySelector("[data-camera-room]").append(parts.content);
  const [room, video, glass, tick, said, take, again, keep] = [
    "cam", "cam-video", "cam-glass", "cam-tick", "cam-said", "cam-take", "cam-again", "cam-use",
  ].map((name) => root.querySelector(`[data-${name}]`));
  const timers = [...root.querySelectorAll("[data-cam-timer]")];
  let stream = null;
  let seconds = 0;
  let clock = 0;
  let turn = 0;

  function off() {
    turn += 1;
    clearTimeout(clock);
    clock = 0;
    tick.textContent = "";
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
    show();
  }

  function show() {
    const taken = glass.width > 0;
    video.hidden = taken;
    glass.hidden = again.hidden = keep.hidden = !taken;
    take.hidden = taken;
    take.disabled = !stream;
    room.classList.toggle("counting", clock > 0);
    take.textContent = clock ? strings.stop : strings.take;
    for (const timer of timers) {
      timer.setAttribute("aria-pressed", Number(timer.dataset.camTimer) === seconds);
      timer.disabled = taken;
    }
  }

  async function on() {
    off();
    const mine = turn;
    [glass.width, room.hidden, start.hidden] = [0, false, true];
    said.textContent = strings.asking;
    show();
    let found;
    try {
      found = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "user", width: { ideal: 1600 }, height: { ideal: 1200 } },
      });
    } catch (error) {
      if (mine === turn) said.textContent = strings[WHY[error.name] ?? "trouble"];
      return;
    }
    if (mine !== turn) {
      for (const track of found.getTracks()) track.stop();
      return;
    }
    stream = video.srcObject = found;
    await video.play().catch(() => {});
    if (mine !== turn) return;
    said.textContent = strings.on;
    show();
    take.focus({ preventScroll: true });
  }

  function close(text = "") {
    const inside = room.contains(document.activeElement);
    off();
    [glass.width, room.hidden, start.hidden] = [0, true, false];
    said.textContent = "";
    if (inside) start.focus();
    if (text) root.querySelector("[data-told]").textContent = text;
  }

  function count(left) {
    if (!left) return shoot();
    tick.textContent = left;
    if (left <= 3 || left % 5 === 0) said.textContent = left;
    clock = setTimeout(() => count(left - 1), 1000);
    show();
  }

  // What the mirror shows is what is taken (and the corners beside its arch, which the cover tool
  // shows next): the same part of the picture, and the same way round.
  // It stays mirrored, since that is how she saw herself and said yes to it, and how she stands
  // in a mirror; writing behind her is then harder to read, too.
  function shoot() {
    const { videoWidth, videoHeight } = video;
    if (!videoWidth) return;
    const width = Math.min(videoWidth, videoHeight * PARTS);
    const height = Math.min(videoHeight, videoWidth / PARTS);
    [glass.width, glass.height] = [width, height];
    const ctx = glass.getContext("2d");
    ctx.translate(glass.width, 0);
    ctx.scale(-1, 1);
    const [x, y] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
    ctx.drawImage(video, x, y, width, height, 0, 0, glass.width, glass.height);
    off();
    said.textContent = strings.taken;
    keep.focus({ preventScroll: true });
  }

  start.hidden = false;
  start.addEventListener("click", on);
  again.addEventListener("click", on);
  take.addEventListener("click", () => {
    if (clock) {
      clearTimeout(clock);
      clock = 0;
      tick.textContent = said.textContent = "";
      show();
    } else count(seconds);
  });
  for (const timer of timers) {
    timer.addEventListener("click", () => {
      seconds = Number(timer.dataset.camTimer);
      show();
    });
  }
  keep.addEventListener("click", (event) => {
    // It stands where "take" stood: a double click on that one is no yes to this one.
    if (event.detail > 1) return;
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [glass.width, glass.height];
    picture.getContext("2d").drawImage(glass, 0, 0);
    close();
    window.r2pMirror.take(picture);
  });
  root.querySelector("[data-cam-close]").addEventListener("click", () => close());

  const shut = () => !room.hidden && close();
  addEventListener("pagehide", shut);
  root.form.addEventListener("reset", shut);
  root.form.addEventListener("change", ({ target }) => {
    if (root.disabled || target.type === "file") shut();
  });
  document.querySelector("[data-leave]")?.addEventListener("click", shut, true);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) close(strings.hidden);
  });
})();
