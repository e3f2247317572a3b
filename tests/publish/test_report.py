"""Tests of the report: which files it has, that they say the same, and that the committed ones are what the trials say."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests import committed
from tests.conftest import ROOT
from tests.fakes import outcome, subject, trial
from tests.hostile import HOSTILE, hostile_trials
from tfcompat.errors import TfcompatError
from tfcompat.outcomes import Harm, Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.questions.claims import Claim
from tfcompat.table.frame import collect
from tfcompat.table.support import support

FILES = ["table.csv", "outcomes.csv", "outcomes.parquet", "support.json", "engines.csv", "README.md", "matrix.svg"]
FILES += ["matrix-dark.svg", "inventory.csv", "inventory.md"]


def write(trials: list[Trial], folder: Path, engine: str | None = None) -> list[Path]:
    return report.write(collect(trials, engine), folder)


def test_all_reports_are_written(tmp_path: Path) -> None:
    paths = write([trial("tf2.6.5-py3.9", outcome())], tmp_path / "a" / "b")
    assert paths == [tmp_path / "a" / "b" / name for name in FILES]
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(FILES)


def test_the_verdicts_on_claims_are_a_report_where_there_are_claims(tmp_path: Path) -> None:
    claim = Claim(id="C1", document="d", title="A document", text="It works", untestable="no TPU")
    paths = report.write(collect([trial("tf2.6.5-py3.9", outcome())]), tmp_path, [claim])
    assert paths[-1] == tmp_path / "claims.json"
    text = paths[-1].read_text(encoding="utf-8")
    assert '"C1"' in text
    assert "no TPU" in text


def test_the_pictures_are_for_a_light_ground_and_a_dark_one(tmp_path: Path) -> None:
    write([trial("tf2.6.5-py3.9", outcome())], tmp_path)
    grounds = [(tmp_path / name).read_text(encoding="utf-8") for name in ("matrix.svg", "matrix-dark.svg")]
    assert ".back { fill: #ffffff }" in grounds[0]
    assert ".back { fill: #0f1216 }" in grounds[1]


def test_reports_replace_older_ones_and_leave_other_files(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("old")
    (tmp_path / "other.txt").write_text("mine")
    write([trial("tf2.6.5-py3.9", outcome())], tmp_path)
    assert (tmp_path / "table.csv").read_text() == "scenario,tf2.6.5-py3.9\nadapt::mean,works\n"
    assert (tmp_path / "other.txt").read_text() == "mine"


def test_the_table_has_words_and_the_harm_that_they_do_not_say(tmp_path: Path) -> None:
    answers = [
        outcome("a::stale", Status.ANSWERED, observed="stale", harm=Harm.SILENT),
        outcome("a::wrong", Status.WRONG, harm=Harm.VISIBLE),
        outcome("a::fails", Status.FAILS),
        outcome("a::gone", Status.MISSING, type="ModuleNotFoundError", message="No module named 'keras'"),
    ]
    write([trial("tf2.6.5-py3.9", *answers)], tmp_path)
    rows = pd.read_csv(tmp_path / "table.csv").to_numpy().tolist()
    assert rows == [
        ["a::stale", "stale, silent"],
        ["a::wrong", "wrong, visible"],
        ["a::fails", "fails"],
        ["a::gone", "missing: no package"],
    ]


def test_every_form_of_the_outcomes_says_the_same(tmp_path: Path) -> None:
    trials = hostile_trials()
    write(trials, tmp_path)
    table = collect(trials)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "outcomes.parquet"), table.published)
    read = pd.read_csv(tmp_path / "outcomes.csv", keep_default_na=False, dtype=str)
    pd.testing.assert_frame_equal(read, table.published.astype(str), check_dtype=False)
    document = json.loads((tmp_path / "support.json").read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(support(table)))


def test_the_newest_trial_of_a_cell_is_shown(tmp_path: Path) -> None:
    old = trial(subject("tf2.6.5-py3.9", started="2026-01-01T00:00:00Z"), outcome(status=Status.FAILS))
    new = trial(subject("tf2.6.5-py3.9", started="2026-01-02T00:00:00Z"), outcome())
    write([old, new], tmp_path)
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,works\n")


def test_an_engine_may_be_chosen(tmp_path: Path) -> None:
    docker = trial(subject(engine="docker", started="2026-01-01T00:00:00Z"), outcome(status=Status.FAILS))
    local = trial(subject(engine="local", started="2026-01-02T00:00:00Z"), outcome())
    write([docker, local], tmp_path, "docker")
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,fails\n")


def test_where_the_engines_disagree_is_a_file(tmp_path: Path) -> None:
    write(
        [
            trial(subject(engine="docker"), outcome(), outcome("adapt::same")),
            trial(subject(engine="local"), outcome(status=Status.FAILS), outcome("adapt::same")),
        ],
        tmp_path,
    )
    rows = pd.read_csv(tmp_path / "engines.csv")
    assert rows[["scenario", "status", "status_other"]].to_numpy().tolist() == [["adapt::mean", "works", "fails"]]


def test_beside_a_lost_engine_the_answers_of_the_other_are_shown(tmp_path: Path) -> None:
    hole = trial(subject(engine="docker"), reason=Reason.ENGINE_LOST)
    local = trial(subject(engine="local", started="2026-01-03T00:00:00Z"), outcome())
    write([hole, local], tmp_path)
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,works\n")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file, and not a folder")
    with pytest.raises(TfcompatError) as raised:
        write([trial("tf2.6.5-py3.9", outcome())], tmp_path / "reports")
    assert "table.csv cannot be written" in str(raised.value)
    assert "--output" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The reports of the committed trials; None where there are none."""
    folder = tmp_path_factory.mktemp("derived")
    return folder if not committed.table().trials.empty and report.write(committed.table(), folder) else None


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("outcomes.csv", "outcomes.parquet")])
def test_committed_reports_are_what_the_committed_trials_say(name: str, derived: Path | None) -> None:
    if derived:
        text = (ROOT / "reports" / name).read_text(encoding="utf-8")
        assert (derived / name).read_text(encoding="utf-8") == text, "run tfcompat report"


def test_the_committed_parquet_is_what_the_committed_trials_say(derived: Path | None) -> None:
    """Its bytes depend on the version of pyarrow; the rows do not."""
    if derived:
        kept, made = (pd.read_parquet(folder / "outcomes.parquet") for folder in (ROOT / "reports", derived))
        pd.testing.assert_frame_equal(made, kept)


def inventory_trials(count: int = 1) -> list[Trial]:
    """Three releases: the second has some names more, and one under five roots whose signature is hostile; the third the same."""
    more = {f"tf.nn.norm_{number}": "()" for number in range(count)}
    aliases = {root: {f"{root}.norm": HOSTILE} for root in ("tf.keras", "keras", "tf.math", "tf.linalg", "tf.image")}
    after = {"tf.nn": more, **aliases}
    before: dict[str, dict[str, str]] = {root: {} for root in after}
    cells = {"tf2.9.3-py3.10": before, "tf2.10.1-py3.10": after, "tf2.11.1-py3.10": after}
    return [
        trial(
            cell,
            *(outcome(f"inventory::{root}", observed=names) for root, names in roots.items()),
            versions={"keras": HOSTILE},
        )
        for cell, roots in cells.items()
    ]


def inventory_page(trials: list[Trial], folder: Path) -> str:
    write(trials, folder)
    return (folder / "inventory.md").read_text(encoding="utf-8")


def test_the_inventory_is_a_row_a_name(tmp_path: Path) -> None:
    write(inventory_trials(), tmp_path)
    frame = pd.read_csv(tmp_path / "inventory.csv")
    assert frame["cell"].value_counts().to_dict() == {"tf2.10.1-py3.10": 6, "tf2.11.1-py3.10": 6}
    assert frame.loc[0].to_dict() == {
        "cell": "tf2.10.1-py3.10",
        "tensorflow": "2.10.1",
        "keras": HOSTILE,
        "root": "tf.nn",
        "name": "tf.nn.norm_0",
        "signature": "()",
    }


def test_the_inventory_page_says_what_changed(tmp_path: Path) -> None:
    page = inventory_page(inventory_trials(), tmp_path)
    assert "\n## 2.9.3 → 2.10.1\n" in page
    assert "\n- `tf.nn.norm_0` appears: ()\n" in page
    assert "; likewise `keras.norm`, `tf.math.norm`, `tf.linalg.norm` and 1 more\n" in page
    assert "\n2.10.1 → 2.11.1.\n" in page
    assert "2.10.1 → 2.11.1" not in page.split("## No change")[0]


def test_the_inventory_page_says_what_was_not_compared(tmp_path: Path) -> None:
    names, failed = outcome("inventory::tf.nn", observed={}), outcome("inventory::tf.nn", Status.FAILS)
    other = outcome("inventory::keras", observed={})
    page = inventory_page([trial("tf2.9.3-py3.10", names, other), trial("tf2.10.1-py3.10", failed, other)], tmp_path)
    assert "- `tf.nn` is not compared: one of the two releases has no answer" in page
    assert "## No change" not in page


def test_the_inventory_page_is_bounded(tmp_path: Path) -> None:
    page = inventory_page(inventory_trials(report.MOST_CHANGES + 4), tmp_path)
    assert page.count("\n- `tf.nn.norm_") + page.count("\n- `tf.keras.norm`") == report.MOST_CHANGES
    assert "\n- and 5 more: `tfcompat inventory --tf 2.9.3,2.10.1`\n" in page


def test_the_inventory_page_carries_nothing_of_a_cell_as_markup(tmp_path: Path) -> None:
    page = inventory_page(inventory_trials(), tmp_path)
    assert "<script" not in page
    assert "](javascript:b)" not in page.replace("\\]", "")


def test_the_inventory_page_says_that_there_is_nothing_to_compare(tmp_path: Path) -> None:
    page = inventory_page([trial("tf2.6.5-py3.9", outcome())], tmp_path)
    assert "Fewer than two releases with an inventory were measured." in page
