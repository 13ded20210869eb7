"""The list of what the program is made of names everything that ships, and says so when something is missing."""

import hashlib
import re

import pytest

from tools.security.sbom import LOCKED, ROOT, Vendored, complete, licence_files, locked_packages, missing, vendored

PARTS = vendored()


def bom_of(*names: str) -> dict[str, object]:
    hashed = [{"type": "distribution", "hashes": [{"alg": "SHA-256", "content": "0" * 64}]}]
    return {"components": [{"bom-ref": name, "name": name, "version": "1.0", "externalReferences": hashed} for name in names]}


def test_every_licence_that_ships_belongs_to_a_vendored_part_and_the_other_way_round() -> None:
    assert {part.licence_file for part in PARTS} == licence_files()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_file_of_a_vendored_part_is_the_one_that_was_taken_over(part: Vendored) -> None:
    assert part.files
    for name, sha256 in part.files.items():
        found = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        assert sha256 in ("", found), name


def test_the_version_of_the_front_end_library_is_the_one_it_is_built_from() -> None:
    pinned = re.search(r'"govuk-frontend": "([^"]+)"', (ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    assert pinned is not None
    assert pinned[1] in {part.version for part in PARTS if part.name == "govuk-frontend"}


def test_every_line_of_the_locked_list_that_pins_something_is_read() -> None:
    text = LOCKED.read_text(encoding="utf-8")
    packages = locked_packages(text)
    assert len(packages) == len([line for line in text.splitlines() if line[:1].isalnum()])
    assert any(name == "flask" for name, _ in packages)


def test_a_locked_package_with_an_extra_and_a_condition_is_read_by_its_name() -> None:
    assert locked_packages("Some_Thing[fast]==1.2.3 ; python_version < '3.12' \\\n    --hash=sha256:00\n") == {("some-thing", "1.2.3")}


def test_a_whole_list_lacks_nothing() -> None:
    bom = complete(bom_of("flask"), PARTS, name="levigate", version="1")
    assert missing(bom, [("flask", "1.0")], PARTS) == []


def test_a_package_that_is_not_listed_is_missed() -> None:
    bom = complete(bom_of("flask"), PARTS, name="levigate", version="1")
    assert missing(bom, [("flask", "1.0"), ("jinja2", "1.0")], PARTS) == ["jinja2 1.0"]


def test_a_package_without_a_hash_is_missed() -> None:
    bom = complete({"components": [{"bom-ref": "flask", "name": "flask", "version": "1.0"}]}, (), name="levigate", version="1")
    assert missing(bom, [("flask", "1.0")], ()) == ["flask 1.0"]


def test_a_vendored_part_that_is_not_listed_is_missed() -> None:
    bom = complete(bom_of("flask"), PARTS[1:], name="levigate", version="1")
    assert missing(bom, (), PARTS) == [f"{PARTS[0].name.lower().replace('_', '-')} {PARTS[0].version}"]


def test_the_program_depends_on_everything_listed() -> None:
    bom = complete(bom_of("flask"), PARTS, name="levigate", version="1")
    (needs,) = [each for each in bom["dependencies"] if each["ref"] == "levigate"]
    assert needs["dependsOn"] == sorted(["flask", *(f"vendored:{part.name}" for part in PARTS)])
