"""Drawn heads for the finder of faces: nobody's, and enough of a face for it."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

SIDE = 400  # px, in which a head is drawn
FACE = (105, 75, 295, 345)  # the face in it: to the hair line and the chin
WALL, HAIR, CLOTH = (120, 140, 150), (50, 35, 30), (70, 80, 130)
SKINS = ((236, 200, 175), (205, 160, 130), (150, 105, 80), (105, 70, 52))


def head(side: int, skin: tuple[int, int, int] = SKINS[1]) -> Image.Image:
    """Draw a head, ``side`` px wide and high, on a plain wall."""
    picture = Image.new("RGB", (SIDE, SIDE), WALL)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((85, 30, 315, 330), fill=HAIR)
    draw.rectangle((85, 180, 315, 330), fill=HAIR)
    draw.rectangle((160, 300, 240, 400), fill=_times(skin, 0.7))
    draw.ellipse((30, 350, 370, 600), fill=CLOTH)
    draw.ellipse(FACE, fill=skin)
    picture = picture.filter(ImageFilter.GaussianBlur(4))
    _light(picture, skin)
    _features(ImageDraw.Draw(picture), skin)
    picture = picture.filter(ImageFilter.GaussianBlur(1.6))
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def face(side: int, at: tuple[int, int]) -> tuple[float, float, float, float]:
    """Where the face is of a head pasted at ``at``: px of left, top, right, bottom."""
    left, top, right, bottom = (edge * side / SIDE for edge in FACE)
    return left + at[0], top + at[1], right + at[0], bottom + at[1]


def _times(colour: tuple[int, int, int], light: float) -> tuple[int, int, int]:
    red, green, blue = (min(255, int(part * light)) for part in colour)
    return red, green, blue


def _light(picture: Image.Image, skin: tuple[int, int, int]) -> None:
    """Shadows and light, soft, as on something round."""
    shadow, light = (Image.new("L", (SIDE, SIDE), 0) for _ in range(2))
    draw = ImageDraw.Draw(shadow)
    draw.ellipse(FACE, fill=110)
    draw.ellipse((125, 85, 275, 325), fill=0)
    for x in (160, 240):
        draw.ellipse((x - 32, 172, x + 32, 215), fill=120)
    draw.polygon([(200, 190), (178, 262), (222, 262)], fill=60)
    draw.ellipse((170, 255, 230, 275), fill=120)
    draw.ellipse((165, 310, 235, 330), fill=80)
    draw = ImageDraw.Draw(light)
    for lit in ((150, 100, 250, 160), (190, 180, 210, 262), (125, 225, 165, 275)):
        draw.ellipse(lit, fill=110)
    draw.ellipse((235, 225, 275, 275), fill=110)
    whole = (0, 0, SIDE, SIDE)
    picture.paste(_times(skin, 0.5), whole, shadow.filter(ImageFilter.GaussianBlur(10)))
    picture.paste(_times(skin, 1.12), whole, light.filter(ImageFilter.GaussianBlur(12)))


def _features(draw: ImageDraw.ImageDraw, skin: tuple[int, int, int]) -> None:
    """Eyes, brows, nose and mouth."""
    for x in (160, 240):
        draw.ellipse((x - 24, 185, x + 24, 208), fill=(238, 232, 228))
        draw.ellipse((x - 11, 184, x + 11, 208), fill=(60, 40, 30))
        draw.ellipse((x - 5, 190, x + 5, 202), fill=(10, 8, 8))
        draw.ellipse((x + 1, 189, x + 6, 194), fill=(255, 255, 255))
        draw.arc((x - 28, 178, x + 28, 225), 200, 340, fill=(40, 25, 20), width=5)
        draw.arc((x - 36, 152, x + 36, 200), 205, 335, fill=HAIR, width=9)
    for x in (187, 213):
        draw.ellipse((x - 6, 258, x + 6, 266), fill=_times(skin, 0.4))
    draw.ellipse((163, 282, 237, 312), fill=(165, 85, 80))
    draw.line((165, 296, 235, 296), fill=(90, 40, 40), width=4)
