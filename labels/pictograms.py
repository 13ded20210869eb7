"""Few plain drawings of our own for the leaflet, each beside the words it belongs to and never instead of them.

Every drawing is PDF operators within a square of 100 units, black shapes filled by the even-odd rule. What could not be drawn so that it is understood at
once (washing hands, a thin layer, out of reach) has no drawing: an unclear one is worse than none.
"""

from collections.abc import Mapping
from types import MappingProxyType

from compounding.domain.label_content import Pictogram

SIDE = 100.0
_KAPPA = 0.5523


def _circle(x: float, y: float, radius: float) -> str:
    """A circle as four curves."""
    k = _KAPPA * radius
    return (
        f"{x + radius:g} {y:g} m {x + radius:g} {y + k:.2f} {x + k:.2f} {y + radius:g} {x:g} {y + radius:g} c "
        f"{x - k:.2f} {y + radius:g} {x - radius:g} {y + k:.2f} {x - radius:g} {y:g} c "
        f"{x - radius:g} {y - k:.2f} {x - k:.2f} {y - radius:g} {x:g} {y - radius:g} c "
        f"{x + k:.2f} {y - radius:g} {x + radius:g} {y - k:.2f} {x + radius:g} {y:g} c h"
    )


_FORBIDDEN = f"{_circle(50, 50, 49)} {_circle(50, 50, 42)} f* 14.5 80.5 m 19.5 85.5 l 85.5 19.5 l 80.5 14.5 l h f*"
_FLAME = (
    "52 84 m 55 68 74 60 73 40 c 72 26 62 17 50 17 c 38 17 28 26 27 40 c 26.5 50 33 56 38 66 c 41 62 43 58 44 53 c 49 60 52 70 52 84 c h "
    "51 63 m 53 54 63 49 63 39 c 63 30 57 25 50 25 c 43 25 37 31 37 39 c 37 43 38 46 40 49 c 42 46 43 43 44 40 c 48 46 51 54 51 63 c h f*"
)
_EYE = (
    f"12 50 m 26 72 38 77 50 77 c 62 77 74 72 88 50 c 74 28 62 23 50 23 c 38 23 26 28 12 50 c h "
    f"20 50 m 31 66 40 70 50 70 c 60 70 69 66 80 50 c 69 34 60 30 50 30 c 40 30 31 34 20 50 c h f* {_circle(50, 50, 12)} f*"
)
_TELEPHONE = (
    f"32 4 m 68 4 l 72 4 75 7 75 11 c 75 89 l 75 93 72 96 68 96 c 32 96 l 28 96 25 93 25 89 c 25 11 l 25 7 28 4 32 4 c h "
    f"31 22 m 69 22 l 69 84 l 31 84 l h {_circle(50, 13, 4.5)} f* 42 88 16 3 re f*"
)
_THERMOMETER = (
    f"40 40 m 40 88 l 40 94 44 98 50 98 c 56 98 60 94 60 88 c 60 40 l h 45 40 m 55 40 l 55 88 l 55 91 53 93 50 93 c 47 93 45 91 45 88 c h f* "
    f"{_circle(50, 24, 20)} f* 47 40 6 18 re f* 66 84 14 4 re 66 70 14 4 re 66 56 14 4 re f*"
)

DRAWINGS: Mapping[Pictogram, str] = MappingProxyType(
    {
        Pictogram.NO_FLAMES: f"{_FLAME} {_FORBIDDEN}",
        Pictogram.NOT_IN_EYES: f"{_EYE} {_FORBIDDEN}",
        Pictogram.CALL: _TELEPHONE,
        Pictogram.COOL_STORE: _THERMOMETER,
    }
)
"""The drawings there are."""
