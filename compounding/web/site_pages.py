"""The pharmacy's settings: what each is, what it means and where it comes from, who changed it; and changing one part of them, signed and with a reason."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug import Response

from compounding.domain.site import Site
from compounding.web import setting_up, site_refusals
from compounding.web.access import is_offered
from compounding.web.acting import do
from compounding.web.acts import page
from compounding.web.keys_in_addresses import keys_for
from compounding.web.licences import today_at
from compounding.web.records import the_records
from compounding.web.signing_acts import sign
from compounding.web.site_forms import FORMS
from compounding.web.site_words import FIXED, PARTS, SETTINGS, label_of, value_of
from compounding.workflow import people
from compounding.workflow.changes import changed
from compounding.workflow.site_settings import Revision, SettingsWanted, see_settings

blueprint = Blueprint("site", __name__)
blueprint.add_app_template_global(setting_up.missing, "steps_before_first_jar")
keys_for(blueprint)

_WAY = ["GET", "POST"]
blueprint.add_url_rule("/setting-up", view_func=setting_up.setting_up)


@blueprint.get("/settings")
def index() -> Response:
    """Every setting, the rules of the place, and the history."""
    seen = do(see_settings, SettingsWanted(before=_before()))
    profile = the_records().data.profiles[seen.settings.jurisdiction]
    stands = _stands(seen.settings)
    rows = [(each, stands[each.path], each.path in seen.undecided) for each in SETTINGS]
    parts = [(part, heading, [row for row in rows if row[0].part == part]) for part, heading in PARTS.items()]
    return page(
        "site/index.html", seen=seen, parts=parts, fixed=[(*FIXED[path], stands[path]) for path in FIXED], profile=profile,
        may_change=is_offered("site.change"),
        history=[(each, _told(each)) for each in seen.revisions], today=today_at(seen.settings.time_zone), is_first="before" not in request.args,
        was_changed=request.args.get("done") == "changed", languages=the_records().data.phrases,
    )  # fmt: skip


@blueprint.route("/settings/change", methods=_WAY)
def change() -> Response:
    """Change one part of the settings."""
    part = request.values.get("part") or next(iter(PARTS))
    if part not in FORMS:
        abort(404)
    seen = do(see_settings, SettingsWanted())
    form = FORMS[part]()
    form.begin(seen.settings, the_records().data)
    form.part.data = part
    if request.method == "GET":
        form.fill(seen.settings)
    else:
        asked_of = _revision(form.seen.data or "")
        # Nothing is asked before the act itself: a second click of the button is answered by its key, not by the revision that the first one made.
        kept = sign(
            form, people.change_settings, lambda: people.NewSettings(settings=form.applied(seen.settings), revision=asked_of), reason=form.reason.text
        )  # fmt: skip
        if kept is not None:
            return redirect(url_for("site.index", done="changed"), 303)
        site_refusals.place_refusal(form)
    form.seen.data = str(seen.revision)
    stands = _stands(seen.settings)
    about = {each.path: each for each in SETTINGS}
    rows = [(form[name], about[path], stands[path]) for name, path in form.paths.items()]
    return page("site/change.html", form, seen=seen, heading=PARTS[part], rows=rows)


@blueprint.get("/settings/calibration.pdf")
def calibration() -> Response:
    """The page by which the printer's offset is measured, printed with the offset that is in force."""
    import labels
    from compounding.checked_paper import position_of, stock_named

    settings = do(see_settings, SettingsWanted()).settings
    response = Response(labels.render_calibration(stock_named(settings.label_stock), position_of(settings)), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="calibration.pdf"'
    return response


def _stands(settings: Site) -> dict[str, str]:
    """Every setting as it stands, in words."""
    told = {name: after for name, (_, after) in changed(Site, None, settings).items()}
    in_words = {name: None if value is None or value == "" else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
                for name, value in told.items()}  # fmt: skip
    found = {path: value_of(path, in_words.get(path)) for path in (*(each.path for each in SETTINGS), *FIXED)}
    products = the_records().data.formulary.substances
    if settings.default_zinc_product in products:
        found["default_zinc_product"] = products[settings.default_zinc_product].name
    return found


def _told(revision: Revision) -> list[tuple[str, str, str]]:
    """What a revision changed, in words."""
    return [(label_of(each.name), value_of(each.name, each.before), value_of(each.name, each.after)) for each in revision.changes]


def _before() -> int | None:
    told = request.args.get("before", "")
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        abort(422)
    return int(told)


def _revision(told: str) -> int:
    """The revision that stood on the page; one that is no number is none that ever was, which the use case answers as a conflict."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
