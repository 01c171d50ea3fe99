"""What the documents point at is there."""

import re

import pytest

from tests.architecture import ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda path: path.relative_to(ROOT).parts,
)
TEXTS = sorted([*DOCUMENTS, *(ROOT / "configs").rglob("*.cfg")])


def relative(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    local = [target for target in targets if "://" not in target]
    missing = [t for t in local if not (document.parent / t).exists()]
    assert not missing


@pytest.mark.parametrize("document", TEXTS, ids=relative)
def test_commands_scripts_and_flagfiles_exist(document):
    text = document.read_text(encoding="utf-8")
    needed = [
        f"tf_semsynth/{name}.py"
        for name in re.findall(r"-m tf_semsynth\.(\w+)", text)
    ]
    needed += re.findall(r"--flagfile=(configs/[\w./]*\w)", text)
    needed += re.findall(r"\bscripts/[\w/]+\.(?:sh|py)\b", text)
    missing = [path for path in needed if not (ROOT / path).exists()]
    assert not missing
