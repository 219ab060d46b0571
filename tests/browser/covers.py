"""Pairs of pictures that differ only under the covers: what would be sent must be the same."""

from typing import TypedDict

from playwright.sync_api import Browser

from tests.browser.browser import ROOT

TOOL = ROOT / "reflect2protect" / "core" / "static" / "r2p" / "js" / "cover.js"


class Pairs(TypedDict):
    """What was found in a number of pairs."""

    pairs: int
    different: int  # uploads that were not byte for byte the same: must be 0
    refused: int  # covers that the tool itself did not trust: must be 0
    largest: int  # px, the longest side of an upload
    told_apart: int  # the same pairs without covers, as a check that they do differ


# Shapes are drawn here anew, from their numbers alone, so that the tool is not its own measure.
_PAIR = """async (seed) => {
    const random = () => { // mulberry32
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const between = (least, most) => least + random() * (most - least);
    const surface = (width, height) =>
        Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    const scene = (width, height) => {
        const ctx = surface(width, height);
        for (let i = 0; i < 60; i += 1) {
            ctx.fillStyle = `hsl(${between(0, 360)} ${between(20, 100)}% ${between(5, 95)}%)`;
            const [w, h] = [between(0.05, 0.6) * width, between(0.05, 0.6) * height];
            ctx.fillRect(i ? between(-0.1, 1) * width : 0, i ? between(-0.1, 1) * height : 0,
                i ? w : width, i ? h : height);
        }
        return ctx;
    };
    const width = Math.round(between(300, 2600));
    const height = Math.round(width * between(0.6, 1.6));
    const shape = (_, before) => { // the first one's corner is on the picture, so that they differ
        const kind = ['oval', 'rect', 'brush'][Math.floor(between(0, 3))];
        const least = before ? -0.1 : 0;
        const box = { kind, x: between(least, 0.7), y: between(least, 0.7),
            w: between(0.08, 0.5), h: between(0.08, 0.5) };
        if (kind !== 'brush') return box;
        const first = [box.w * between(0.6, 1.5), box.h * between(0.6, 1.5)];
        const points = Array.from({ length: Math.ceil(between(0, 20)) },
            () => [random(), random()]);
        return { ...box, points, thick: between(0.03, 0.12), first };
    };
    const shapes = Array.from({ length: Math.ceil(between(0, 4)) }, shape);
    const one = scene(width, height);
    const mask = surface(width, height);
    mask.lineCap = mask.lineJoin = 'round';
    for (const { kind, x, y, w, h, points, thick, first } of shapes) {
        mask.beginPath();
        mask.save();
        if (kind === 'rect') mask.fillRect(x * width, y * height, w * width, h * height);
        if (kind === 'oval') {
            mask.ellipse((x + w / 2) * width, (y + h / 2) * height, w * width / 2, h * height / 2,
                0, 0, 2 * Math.PI);
            mask.fill();
        }
        if (kind === 'brush') {
            mask.translate(x * width, y * height);
            mask.scale(w / first[0], h / first[1]);
            mask.lineWidth = thick * width;
            const at = points.map(([a, b]) => [a * first[0] * width, b * first[1] * height]);
            mask.moveTo(...at[0]);
            for (const point of at) mask.lineTo(...point);
            mask.lineTo(at.at(-1)[0] + 0.01, at.at(-1)[1]);
            mask.stroke();
        }
        mask.restore();
    }
    mask.globalCompositeOperation = 'source-in';
    mask.drawImage(scene(width, height).canvas, 0, 0);
    const other = surface(width, height);
    other.drawImage(one.canvas, 0, 0);
    other.drawImage(mask.canvas, 0, 0);
    const same = async (covers) => {
        const blobs = await Promise.all(
            [one, other].map((ctx) => r2pMirror.cover(ctx.canvas, covers)));
        if (blobs.includes(null)) return null;
        const [a, b] = await Promise.all(
            blobs.map(async (blob) => new Uint8Array(await blob.arrayBuffer())));
        const picture = await createImageBitmap(blobs[0]);
        return { same: a.length === b.length && a.every((byte, i) => byte === b[i]),
            longest: Math.max(picture.width, picture.height) };
    };
    const covered = await same(shapes);
    const bare = await same([]);
    return { refused: !covered, same: covered?.same, longest: covered?.longest, bare: bare.same };
}"""


def try_pairs(browser: Browser, number: int, seed: int = 0) -> Pairs:
    """Cover both pictures of each pair with the tool of the page, in a real browser."""
    page = browser.new_page()
    page.add_script_tag(path=TOOL)
    found = Pairs(pairs=number, different=0, refused=0, largest=0, told_apart=0)
    for at in range(seed, seed + number):
        pair = page.evaluate(_PAIR, at * 7919 + 1)
        found["refused"] += pair["refused"]
        found["different"] += pair["same"] is False
        found["largest"] = max(found["largest"], pair["longest"] or 0)
        found["told_apart"] += not pair["bare"]
    page.close()
    return found
