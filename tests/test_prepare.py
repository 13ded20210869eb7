"""`levigate prepare`, tried as other programs use it: folders, files, exit statuses, and nothing half-written."""

import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from compounding import prepare as prepare_module
from compounding.pipeline import Bench
from compounding.reference import ReferenceData

ROOT = Path(__file__).parents[1]
ORDERS = ROOT / "examples" / "orders"
READY = {"result.json", "worksheet.pdf", "label.pdf", "leaflet.pdf"}


def levigate(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "compounding", *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )  # fmt: skip


def names_in(folder: Path) -> set[str]:
    """The names in a folder, hidden ones included."""
    return {each.name for each in folder.iterdir()}


def result_in(folder: Path) -> dict[str, object]:
    """The result.json of a folder."""
    result: dict[str, object] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return result


def text_of(pdf: Path) -> str:
    """All text of a PDF, white space folded."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def test_a_ready_order_leaves_its_result_and_three_pdfs(tmp_path: Path) -> None:
    run = levigate("prepare", ORDERS / "01-petrolatum.json", "--out", tmp_path, "--on", "2026-11-22")
    assert run.returncode == 0, run.stderr
    assert names_in(tmp_path / "01-petrolatum") == READY
    assert names_in(tmp_path) == {"01-petrolatum"}


def test_the_highest_status_of_several_orders_is_the_exit_status(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    patient = tmp_path / "patient.json"
    patient.write_text('{"resourceType": "Patient", "id": "p"}', encoding="utf-8")
    ready, held = ORDERS / "01-petrolatum.json", ORDERS / "04-zinc-allergy-in-zinc-base.json"
    day = ("--on", "2026-11-22")
    assert levigate("prepare", ready, held, "--out", tmp_path / "a", *day).returncode == 2
    assert levigate("prepare", held, patient, ready, "--out", tmp_path / "b", *day).returncode == 3
    assert levigate("prepare", bad, patient, held, "--out", tmp_path / "c", *day).returncode == 4
    assert names_in(tmp_path / "c" / "bad") == {"result.json"}
    assert names_in(tmp_path / "c" / "patient") == {"result.json"}


def test_a_held_order_never_lies_beside_the_papers_of_an_earlier_ready_one(tmp_path: Path) -> None:
    order = tmp_path / "order.json"
    order.write_bytes((ORDERS / "01-petrolatum.json").read_bytes())
    levigate("prepare", order, "--out", tmp_path / "out", "--on", "2026-11-22")
    assert names_in(tmp_path / "out" / "order") == READY
    order.write_bytes((ORDERS / "04-zinc-allergy-in-zinc-base.json").read_bytes())
    levigate("prepare", order, "--out", tmp_path / "out", "--on", "2026-11-22")
    assert names_in(tmp_path / "out" / "order") == {"result.json"}
    assert names_in(tmp_path / "out") == {"order"}


def test_two_files_of_one_stem_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    twin = tmp_path / "x" / "01-PETROLATUM.json"
    twin.write_bytes((ORDERS / "01-petrolatum.json").read_bytes())
    run = levigate("prepare", ORDERS / "01-petrolatum.json", twin, "--out", tmp_path / "out")
    assert run.returncode == 3
    assert run.stderr.startswith("DUPLICATE_STEM:")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["..json", "...json", "notes"])
def test_a_folder_that_is_not_ours_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "out" / "notes").mkdir(parents=True)
    (tmp_path / "out" / "notes" / "thesis.txt").write_text("mine", encoding="utf-8")
    order = tmp_path / name
    order.write_bytes((ORDERS / "01-petrolatum.json").read_bytes())
    run = levigate("prepare", order, "--out", tmp_path / "out")
    assert run.returncode == 3
    assert run.stderr.split(":")[0] in {"OUTPUT_NAME", "OUTPUT_NOT_OURS"}
    assert (tmp_path / "out" / "notes" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_an_absent_file_and_a_folder_are_invalid_and_get_their_result(tmp_path: Path) -> None:
    run = levigate("prepare", tmp_path / "absent.json", tmp_path, "--out", tmp_path / "out", "--on", "2026-11-22")
    assert run.returncode == 4
    result = result_in(tmp_path / "out" / "absent")
    assert result["status"] == "invalid"
    assert result["reasons"][0]["code"] == "NOT_FHIR_R4"  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--on", "2026-W47-7"], "USAGE"),
        (["--on", "20261122"], "USAGE"),
        (["--on", "9999-12-31"], "USAGE"),
        (["--colour", "red"], "USAGE"),
        (["--base", "lanolin"], "USAGE"),
        (["--jurisdiction", "fr"], "JURISDICTION_UNKNOWN"),
        (["--site", "nowhere.toml"], "SITE_UNREADABLE"),
        (["--lots", "nowhere.json"], "LOTS_UNREADABLE"),
        (["--allergies", "none known"], "ALLERGY_ANSWER_INCOMPLETE"),
        (["--allergies", "none known", "--asked-by", "N. Nurse"], "ALLERGY_ANSWER_INCOMPLETE"),
        (["--asked-by", "N. Nurse"], "ALLERGY_ANSWER_INCOMPLETE"),
    ],
)
def test_a_call_that_cannot_be_understood_ends_with_4_and_one_sentence_and_writes_nothing(tmp_path: Path, arguments: list[str], code: str) -> None:
    run = levigate("prepare", ORDERS / "01-petrolatum.json", "--out", tmp_path / "out", *arguments)
    assert run.returncode == 4
    assert run.stderr.startswith(f"{code}:")
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_printed_strings_stand_on_the_paper(tmp_path: Path) -> None:
    for order in ("01-petrolatum", "02-zinc-allergy-in-petrolatum", "03-zinc-oxide-base", "05-petrolatum-french"):
        run = levigate("prepare", ORDERS / f"{order}.json", "--out", tmp_path, "--on", "2026-11-22")
        assert run.returncode == 0, run.stdout
        printed = result_in(tmp_path / order)["printed"]
        assert isinstance(printed, dict)
        label, worksheet = text_of(tmp_path / order / "label.pdf"), text_of(tmp_path / order / "worksheet.pdf")
        on_worksheet = {"component_lots", "component_amounts"}
        for name, value in printed.items():
            for text in value if isinstance(value, list) else [value]:
                assert text in (worksheet if name in on_worksheet else label), (order, name, text)


def test_a_zinc_allergy_in_petrolatum_is_ready_and_says_so_on_every_paper(tmp_path: Path) -> None:
    run = levigate("prepare", ORDERS / "02-zinc-allergy-in-petrolatum.json", "--out", tmp_path, "--on", "2026-11-22")
    folder = tmp_path / "02-zinc-allergy-in-petrolatum"
    assert run.returncode == 0
    assert result_in(folder)["zinc"]["reading"] == "zinc"  # type: ignore[index]
    assert "Does not contain zinc." in text_of(folder / "label.pdf")
    assert "Does not contain zinc." in text_of(folder / "leaflet.pdf")
    worksheet = text_of(folder / "worksheet.pdf")
    assert "ZINC ALLERGY RECORDED" in worksheet
    assert "Zinc oxide cream" in worksheet
    assert "no porous (Wedgwood) mortar" in worksheet


def test_a_zinc_allergy_in_a_zinc_base_is_held_with_both_formulas_and_the_request_for_consent(tmp_path: Path) -> None:
    run = levigate("prepare", ORDERS / "04-zinc-allergy-in-zinc-base.json", "--out", tmp_path, "--on", "2026-11-22")
    result = result_in(tmp_path / "04-zinc-allergy-in-zinc-base")
    assert run.returncode == 2
    codes = {each["code"] for each in result["reasons"]}  # type: ignore[attr-defined]
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes
    asked, offered = result["weighing"], result["steer"]["weighing"]  # type: ignore[index]
    assert asked[0]["to_weigh"] == offered[0]["to_weigh"] == "15"  # type: ignore[index]
    assert offered[2]["component"] == "white-petrolatum"
    assert "May we prepare the same strength and amount in white petrolatum" in result["steer"]["request_for_consent"]  # type: ignore[index]


def test_the_same_preparation_keeps_its_numbers_and_its_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        levigate("prepare", ORDERS / "01-petrolatum.json", "--out", tmp_path / name, "--on", "2026-11-22")
    for file in READY:
        assert (tmp_path / "a" / "01-petrolatum" / file).read_bytes() == (tmp_path / "b" / "01-petrolatum" / file).read_bytes()


def test_a_fault_while_writing_leaves_the_old_folder_whole(tmp_path: Path, data: ReferenceData, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    order = ORDERS / "01-petrolatum.json"
    prepare_module.prepare_files([order], tmp_path, bench, data, progress=lambda planned: planned)
    before = {each.name: each.read_bytes() for each in (tmp_path / "01-petrolatum").iterdir()}

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        prepare_module.prepare_files([order], tmp_path, bench, data, progress=lambda planned: planned)
    monkeypatch.undo()
    assert {each.name: each.read_bytes() for each in (tmp_path / "01-petrolatum").iterdir()} == before
    assert names_in(tmp_path) == {"01-petrolatum"}


def test_a_fault_of_the_program_ends_with_1_and_writes_no_contents_of_the_order(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = levigate("prepare", ORDERS / "01-petrolatum.json", "--out", tmp_path / "file" / "below")
    assert run.returncode == 1
    assert "Ana" not in run.stderr


def test_logs_and_standard_output_hold_no_patient_data(tmp_path: Path) -> None:
    run = levigate("prepare", *sorted(ORDERS.glob("*.json")), "--out", tmp_path, "--on", "2026-11-22")
    for secret in ("Ana", "Rosa", "Desitin", "Chen", "Cedar", "1961"):
        assert secret not in run.stdout + run.stderr


def test_a_fault_at_one_order_leaves_the_others_whole_and_no_old_papers_of_its_own(
    tmp_path: Path, data: ReferenceData, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [ORDERS / "01-petrolatum.json", ORDERS / "02-zinc-allergy-in-petrolatum.json"]
    prepare_module.prepare_files(orders, tmp_path, bench, data, progress=lambda planned: planned)
    real = prepare_module.prepare_file

    def failing(content: bytes, bench: Bench, data: ReferenceData) -> object:
        if b"ORD-2026-1001" in content:
            raise RuntimeError("Ana Example")
        return real(content, bench, data)

    monkeypatch.setattr(prepare_module, "prepare_file", failing)
    done = prepare_module.prepare_files(orders, tmp_path, bench, data, progress=lambda planned: planned)
    assert [prepared is None for _, prepared in done] == [True, False]
    assert names_in(tmp_path) == {"02-zinc-allergy-in-petrolatum"}


def test_something_that_is_no_ordinary_file_is_invalid_and_never_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.json")
    run = levigate("prepare", tmp_path / "pipe.json", "--out", tmp_path / "out", "--on", "2026-11-22")
    assert run.returncode == 4


def test_a_site_that_names_what_is_not_there_stops_before_anything_is_written(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "site.toml").read_text(encoding="utf-8")
    for old, new, code in (("zinc-oxide-ointment-20", "zinc-oxide-40", "SITE_ZINC_PRODUCT"), ('"ca-bc"', '"mars"', "JURISDICTION_UNKNOWN")):
        site = tmp_path / "site.toml"
        site.write_text(text.replace(old, new, 1), encoding="utf-8")
        run = levigate("prepare", ORDERS / "01-petrolatum.json", "--out", tmp_path / "out", "--site", site)
        assert run.returncode == 4
        assert run.stderr.startswith(f"{code}:")
        assert not (tmp_path / "out").exists()


def test_what_a_pharmacist_signed_settles_a_doubt_at_the_command_line(tmp_path: Path) -> None:
    order = tmp_path / "order.json"
    order.write_bytes((ORDERS / "03-zinc-oxide-base.json").read_bytes().replace(b"No known allergies", b"xyzzy, years ago"))
    day = ("--on", "2026-11-22")
    assert levigate("prepare", order, "--out", tmp_path / "a", *day).returncode == 2
    held = result_in(tmp_path / "a" / "order")
    (entry,) = held["zinc"]["entries"]  # type: ignore[index]
    signed = {"asked": "the patient", "reaction": "none", "conclusion": "does_not_stand_against", "why": "a plant in the garden", "prescriber_told": True}
    signed |= {"signed_by": "Pat Pharmacist", "licence": "BC-1", "signed_on": "2026-11-21"}
    about = {name: entry[name] for name in ("entry", "text", "sha256")}
    patient = json.loads(order.read_bytes())["entry"][0]["resource"]
    name = patient["name"][0]
    whole = {
        "patient": {"name": " ".join([*name.get("given", []), name["family"]]), "born_on": patient["birthDate"]},
        "assessments": [about | doubt | signed for doubt in entry["to_assess"]],
    }
    file = tmp_path / "assessments.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    run = levigate("prepare", order, "--out", tmp_path / "b", *day, "--assessments", file)
    codes = {each["code"] for each in result_in(tmp_path / "b" / "order")["reasons"]}  # type: ignore[attr-defined]
    # The doubt is settled; the contact question that a zinc base needs is still to be asked.
    assert codes == {"ALLERGY_NOT_ASKED"}, run.stdout
    file.write_text("{", encoding="utf-8")
    refused = levigate("prepare", order, "--out", tmp_path / "c", *day, "--assessments", file)
    assert refused.returncode == 4
    assert refused.stderr.startswith("ASSESSMENTS_UNREADABLE: ")
    assert not (tmp_path / "c").exists()
