// What is sent of a picture: it is read on this device, made smaller, covered where its sender
// wants, and encoded anew. Pure functions, without the page; bench.js and mirror.js use them.
(() => {
  const LONGEST = 1600; // px, as the server's masters (media/work/launder.py)
  const INK = [45, 18, 56]; // #2d1238: one opaque colour, since a blur can be undone
  const QUALITY = 0.9;
  const BLOCK = 16; // px: so far a JPEG's blocks carry an edge into a cover
  const NEAR = 24; // of 255: what a JPEG, or a browser's noise against recognition, may add

  function surface(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width));
    canvas.height = Math.max(1, Math.round(height));
    return canvas.getContext("2d");
  }

  function scaled(source, longest = LONGEST) {
    const width = source.naturalWidth || source.width;
    const height = source.naturalHeight || source.height;
    const scale = Math.min(1, longest / Math.max(width, height));
    const ctx = surface(width * scale, height * scale);
    ctx.fillStyle = "#fff"; // under a picture with transparent parts
    ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(source, 0, 0, ctx.canvas.width, ctx.canvas.height);
    return ctx.canvas;
  }

  // A shape is a box in parts of the picture {kind, x, y, w, h}; a brush stroke has also `points`
  // in parts of its box, `thick` in parts of the picture's width, and `first`, the size of its box
  // when it was drawn. `grow` in px makes every shape larger on all sides, or smaller.
  function paint(ctx, shapes, grow = 0) {
    const { width, height } = ctx.canvas;
    ctx.fillStyle = ctx.strokeStyle = `rgb(${INK})`;
    ctx.lineCap = ctx.lineJoin = "round";
    for (const shape of shapes) {
      const [x, y, w, h] = [shape.x * width, shape.y * height, shape.w * width, shape.h * height];
      ctx.beginPath();
      if (shape.kind === "brush") {
        const [wide, high] = [shape.first[0] * width, shape.first[1] * height];
        const more = (2 * grow) / Math.min(w / wide, h / high);
        ctx.lineWidth = Math.max(0.01, shape.thick * width + more);
        ctx.save();
        ctx.translate(x, y);
        ctx.scale(w / wide, h / high);
        // Piece by piece: a stroke that crosses itself can leave a hole where it turns sharply.
        shape.points.forEach(([a, b], i) => {
          const [c, d] = shape.points[Math.max(0, i - 1)];
          ctx.beginPath();
          ctx.moveTo(c * wide, d * high);
          ctx.lineTo(a * wide + 0.01, b * high);
          if (ctx.lineWidth > 0.01) ctx.stroke();
        });
        ctx.restore();
      } else if (w + 2 * grow > 0 && h + 2 * grow > 0) {
        if (shape.kind === "rect") ctx.rect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
        else ctx.ellipse(x + w / 2, y + h / 2, w / 2 + grow, h / 2 + grow, 0, 0, 7);
        ctx.fill();
      }
    }
  }

  const encoded = (canvas) => new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));

  // Without what browsers put beside the pixels: colour profile, EXIF, comments.
  async function bare(jpeg) {
    const bytes = new Uint8Array(await jpeg.arrayBuffer());
    const kept = [bytes.subarray(0, 2)];
    let at = 2;
    while (bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
      const mark = bytes[at + 1];
      const next = at + 2 + (bytes[at + 2] << 8) + bytes[at + 3];
      if (mark < 0xe1 || mark === 0xee || (mark > 0xef && mark !== 0xfe)) {
        kept.push(bytes.subarray(at, next));
      }
      at = next;
    }
    return new Blob([...kept, bytes.subarray(at)], { type: "image/jpeg" });
  }

  const near = (data, at, colour) =>
    colour.every((value, i) => Math.abs(data[at + i] - value) <= NEAR);

  async function read(file) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      // Safari opens some kinds (HEIC) only as an image.
      const image = new Image();
      image.src = await new Promise((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = fail;
        reader.readAsDataURL(file);
      });
      await image.decode();
      return image;
    }
  }

  async function pixels(blob, width, height) {
    const ctx = surface(width, height);
    ctx.drawImage(await read(blob), 0, 0);
    return ctx.getImageData(0, 0, ctx.canvas.width, ctx.canvas.height).data;
  }

  // Whether what is painted is what is read and encoded. Tor Browser gives white or noise instead.
  async function truthful() {
    const colours = [INK, [255, 138, 91], [31, 122, 85], [250, 246, 241]];
    const ctx = surface(32, 32);
    const middle = (i) => 4 * (32 * (i & 2 ? 24 : 8) + (i & 1 ? 24 : 8));
    const holds = (data) => colours.every((colour, i) => near(data, middle(i), colour));
    colours.forEach((colour, i) => {
      ctx.fillStyle = `rgb(${colour})`;
      ctx.fillRect(i & 1 ? 16 : 0, i & 2 ? 16 : 0, 16, 16);
    });
    try {
      if (!holds(ctx.getImageData(0, 0, 32, 32).data)) return false;
      return holds(await pixels(await encoded(ctx.canvas), 32, 32));
    } catch {
      return false;
    }
  }

  // The picture with its covers as a JPEG without metadata; null where the covers did not hold.
  // They are painted before anything is encoded and a little larger than they look, so that
  // neither the soft edge of a shape nor the making smaller leaves anything of what is under them.
  async function cover(source, shapes) {
    const canvas = scaled(source);
    const { width, height } = canvas;
    paint(canvas.getContext("2d"), shapes, Math.max(3, width / 300, height / 300));
    const jpeg = await encoded(canvas);
    if (jpeg?.type !== "image/jpeg") return null;
    const blob = await bare(jpeg);
    if (!shapes.length) return blob;
    const inside = surface(width, height);
    paint(inside, shapes, -BLOCK);
    const mask = inside.getImageData(0, 0, width, height).data;
    const data = await pixels(blob, width, height);
    for (let at = 0; at < mask.length; at += 4) {
      if (mask[at + 3] === 255 && !near(data, at, INK)) return null;
    }
    return blob;
  }

  window.r2pMirror = { cover, truthful, read, scaled, paint };
})();
