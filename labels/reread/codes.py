"""Reads the code on a paper from its picture, and holds every module against the symbol that the content's code makes."""

from functools import lru_cache
from typing import Any

from compounding.domain.label_content import CodeKind
from labels.reread.found import Box, Difference
from labels.reread.ink import DPI, Picture
from labels.reread.saying import is_element_string

# Four dots of a 203 dpi printer.
MODULE_PT = 4 * 72 / DPI
_DOT_PT = 72 / DPI
_PLACE_PT = _DOT_PT + MODULE_PT / 2
QUIET = {"DataMatrix": 2, "QRCode": 4}
_TOLERANCE_PT = 0.02


@lru_cache(maxsize=64)
def _symbol(text: str, form: str, is_gs1: bool) -> tuple[int, bytes]:
    """The side in modules, and the modules row by row, a zero for each dark one."""
    import zxingcpp

    options: dict[str, Any] = {"force_square": True} if form == "DataMatrix" else {"ec_level": "M"}
    if is_gs1:
        options["gs1"] = True
    image: Any = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, form), **options).to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)
    return len(view), bytes(view)


def check_code(picture: Picture, found: list[Box], text: str, *, form: str, kind: CodeKind, corner: tuple[float, float] | None, where: str) -> list[Difference]:
    """What is wrong with the one code of a label or page; `corner` is the upper right corner of what may be printed on, None where it may stand anywhere."""
    name = "code" if form == "DataMatrix" else "public_page"
    if len(found) != 1:
        return [Difference(field=name, where=where, expected=f"one code: {text}", found=f"{len(found)} codes")]
    box = found[0]
    is_gs1 = kind is CodeKind.GS1_DATA_MATRIX and form == "DataMatrix"
    try:
        side, modules = _symbol(text, form, is_gs1)
    except ValueError:
        return [Difference(field=name, where=where, expected=text, found="a text that no such code holds")]
    told = []
    size = side * MODULE_PT
    if abs(box.right - box.left - size) > 0.1 or abs(box.top - box.bottom - size) > 0.1:
        shown = f"{box.right - box.left:.2f} x {box.top - box.bottom:.2f} pt"
        told.append(Difference(field=f"{name} size", where=where, expected=f"{size:.2f} x {size:.2f} pt", found=shown))
    quiet = QUIET[form] * MODULE_PT
    if corner is not None:
        right, up = corner[0] - quiet - box.right, corner[1] - quiet - box.top
        if not (-_TOLERANCE_PT <= right <= _PLACE_PT and -_TOLERANCE_PT <= up <= _PLACE_PT):
            told.append(Difference(field=f"{name} place", where=where, expected="the upper right corner", found=str(box)))
    told += _read(picture, box, text, form, is_gs1=is_gs1, name=name, where=where)
    if not told:
        wrong = sum(
            picture.is_dark(box.left + (column + 0.5) * MODULE_PT, box.top - (row + 0.5) * MODULE_PT) != (modules[row * side + column] == 0)
            for row in range(side)
            for column in range(side)
        )
        if wrong:
            told.append(Difference(field=name, where=where, expected=text, found=f"{wrong} modules are not as they should be"))
    return told


def _read(picture: Picture, box: Box, text: str, form: str, *, is_gs1: bool, name: str, where: str) -> list[Difference]:
    import zxingcpp

    cut, _, _ = picture.cut(box, room=QUIET[form] * MODULE_PT)
    read = zxingcpp.read_barcodes(cut, formats=getattr(zxingcpp.BarcodeFormat, form), try_rotate=False, try_downscale=False, try_invert=False)
    if len(read) != 1:
        return [Difference(field=name, where=where, expected=text, found="cannot be read" if not read else f"{len(read)} codes")]
    (one,) = read
    if is_gs1 and (one.symbology_identifier != "]d2" or not is_element_string(text)):
        return [Difference(field=name, where=where, expected=f"GS1 {text}", found=f"{one.symbology_identifier} {one.text}")]
    return [Difference(field=name, where=where, expected=text, found=one.text)] if one.text != text else []
