"""A preparation at the bench, one step to a screen: recalculated, weighed, witnessed, made; held, scrapped or begun again."""

from werkzeug import Response

from compounding.web import bench_acts, bench_endings, bench_signed
from compounding.web.bench_room import at_bench, blueprint, form_of, step_page

__all__ = ["bench_acts", "bench_endings", "bench_signed", "blueprint"]


@blueprint.get("/preparations/<key:preparation_id>/bench")
def step(preparation_id: str) -> Response:
    """The one next step of a preparation, on whichever machine."""
    seen = at_bench(preparation_id)
    return step_page(seen, form_of(seen))
