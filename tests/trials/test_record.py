"""Tests of the record's lines: read strictly, written so that nothing in them can end a line."""

import json
from typing import Any

import pytest

from tests.fakes import end_line, header_line, outcome_line, scenario_facts, subject
from tfcompat.outcomes import Reason, Subject
from tfcompat.trials.record import KEYS, SCHEMA, RecordError, dump_line, parse_line, trial_line, verdict_line

#: One good line of each kind.
LINES: dict[str, dict[str, Any]] = {
    "trial": trial_line(subject()),
    "header": header_line(scenario_facts(documented=[1, "a"])),
    "broken": {"kind": "broken", "message": "no such fixture"},
    "outcome": outcome_line(observed=[0.0, None]),
    "end": end_line(),
    "verdict": verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 1800.0),
}
HOSTILE = "a\nb\r\n\u2028\u2029\x00\x1b[31m\"\\'</script>&amp;\U0001f600|`é\x85"


def changed(kind: str, **changes: Any) -> str:
    return json.dumps({**LINES[kind], **changes})


def test_there_is_a_line_of_each_kind() -> None:
    assert LINES.keys() == KEYS.keys()


@pytest.mark.parametrize("kind", LINES)
def test_a_line_comes_back_as_it_was(kind: str) -> None:
    assert parse_line(dump_line(LINES[kind])) == LINES[kind]


@pytest.mark.parametrize("kind", LINES)
def test_an_unknown_key_is_refused(kind: str) -> None:
    with pytest.raises(RecordError, match=f"a {kind} line has unknown extra"):
        parse_line(changed(kind, extra=1))


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind in LINES for key in sorted(KEYS[kind][0] - {"kind"})])
def test_a_missing_key_is_refused(kind: str, key: str) -> None:
    line = {name: value for name, value in LINES[kind].items() if name != key}
    with pytest.raises(RecordError, match=f"a {kind} line lacks {key}"):
        parse_line(json.dumps(line))


@pytest.mark.parametrize("name", ["adapt", "adapt::", "::mean", "", 1, ["adapt::mean"]])
def test_a_scenario_has_a_group_and_a_name(name: object) -> None:
    with pytest.raises(RecordError, match="a scenario's id is group::name"):
        parse_line(dump_line(header_line({**scenario_facts(), "id": name})))


@pytest.mark.parametrize("key", ["observed", "type", "message", "traceback"])
def test_what_an_outcome_may_leave_out_it_may_have(key: str) -> None:
    assert parse_line(changed("outcome", **{key: "text"}))[key] == "text"


@pytest.mark.parametrize("kind", LINES)
def test_a_cut_line_is_refused(kind: str) -> None:
    with pytest.raises(RecordError, match="not JSON"):
        parse_line(dump_line(LINES[kind])[:-1])


@pytest.mark.parametrize("text", ["", "WARNING: no GPU", "{", "[" * 100_000, '{"kind":"end"} {"kind":"end"}'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="not JSON"):
        parse_line(text)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_has_no_word_for_is_refused(value: str) -> None:
    with pytest.raises(RecordError, match="not JSON"):
        parse_line(dump_line(outcome_line(observed=1)).replace('"observed":1', f'"observed":{value}'))


def test_half_a_surrogate_pair_is_read_as_a_question_mark() -> None:
    line = parse_line(dump_line(outcome_line(message="a\ud800b", observed={"\udfff": ["\U0001f600"]})))
    assert (line["message"], line["observed"]) == ("a?b", {"?": ["\U0001f600"]})


@pytest.mark.parametrize(
    "value", [None, 1, "outcome", [], [LINES["end"]], {}, {"kind": None}, {"kind": []}, {"kind": "result"}]
)
def test_json_that_is_no_line_is_refused(value: object) -> None:
    with pytest.raises(RecordError, match="not a line of a record"):
        parse_line(json.dumps(value))


@pytest.mark.parametrize("kind", ["trial", "header"])
@pytest.mark.parametrize("schema", [SCHEMA + 1, str(SCHEMA), None, True])
def test_another_schema_is_refused(kind: str, schema: object) -> None:
    with pytest.raises(RecordError, match=f"schema {schema}, but this tfcompat reads {SCHEMA}"):
        parse_line(changed(kind, schema=schema))


@pytest.mark.parametrize("scenarios", [None, 3, "adapt::mean", {"id": "adapt::mean"}, ["adapt::mean"], [3], [[]]])
def test_scenarios_that_are_no_list_of_objects_are_refused(scenarios: object) -> None:
    with pytest.raises(RecordError, match="no list of objects"):
        parse_line(changed("header", scenarios=scenarios))


def test_a_scenario_of_the_header_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(RecordError, match="a scenario of the header has unknown colour"):
        parse_line(changed("header", scenarios=[scenario_facts(), {**scenario_facts(), "colour": "red"}]))


@pytest.mark.parametrize("key", ["id", "title", "reference", "source"])
def test_a_scenario_of_the_header_that_lacks_a_key_is_refused(key: str) -> None:
    facts = {name: value for name, value in scenario_facts().items() if name != key}
    with pytest.raises(RecordError, match=f"a scenario of the header lacks {key}"):
        parse_line(changed("header", scenarios=[scenario_facts(), facts]))


@pytest.mark.parametrize("value", [5, None, [], {"a": 1}, True])
@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *(("trial", key) for key in Subject.__dataclass_fields__),
        ("header", "suite"),
        ("broken", "message"),
        *(("outcome", key) for key in ("scenario", "happened", "type", "message", "traceback")),
        ("verdict", "message"),
    ],
)
def test_what_is_text_is_nothing_else(kind: str, key: str, value: object) -> None:
    with pytest.raises(RecordError, match=f"^{key} of a {kind} line has the wrong type: "):
        parse_line(changed(kind, **{key: value}))


@pytest.mark.parametrize("value", [5, None, [], {"a": 1}])
@pytest.mark.parametrize("key", ["title", "reference", "source"])
def test_what_a_scenario_says_of_itself_is_text(key: str, value: object) -> None:
    with pytest.raises(RecordError, match=f"^{key} of a scenario of the header has the wrong type: "):
        parse_line(changed("header", scenarios=[scenario_facts(), {**scenario_facts(), key: value}]))


@pytest.mark.parametrize("versions", [5, None, "2.9.3", ["2.9.3"]])
def test_versions_are_an_object(versions: object) -> None:
    with pytest.raises(RecordError, match="versions of a header line has the wrong type"):
        parse_line(changed("header", versions=versions))


@pytest.mark.parametrize("version", [5, [], {"a": 1}, False])
def test_a_version_is_text_or_null(version: object) -> None:
    with pytest.raises(RecordError, match="keras of the header's versions has the wrong type"):
        parse_line(changed("header", versions={"python": None, "keras": version}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tensorflow", "2.9.x"),
        ("tensorflow", ""),
        ("python", "three"),
        ("started", "yesterday"),
        ("started", ""),
        ("started", "2026-01-02"),
        ("started", "2026-01-02T03:04:05"),
        ("started", "2026-13-02T03:04:05Z"),
    ],
)
def test_versions_and_the_moment_of_a_trial_can_be_read(key: str, value: str) -> None:
    with pytest.raises(RecordError, match=f"^{key} of a trial line cannot be read: {value!r}"):
        parse_line(changed("trial", **{key: value}))


def test_a_value_is_shown_by_its_beginning_only() -> None:
    for line in (changed("trial", cell=["x"] * 999), changed("trial", python="x" * 999)):
        with pytest.raises(RecordError) as raised:
            parse_line(line)
        assert len(str(raised.value)) < 130


def test_a_message_shows_only_the_beginning_of_what_was_refused() -> None:
    with pytest.raises(RecordError) as raised:
        parse_line("x" * 10_000)
    assert len(str(raised.value)) < 120


def test_hostile_text_comes_back_and_cannot_end_the_line() -> None:
    line = outcome_line(message=HOSTILE, traceback=HOSTILE, observed={HOSTILE: [HOSTILE]})
    text = dump_line(line)
    assert text.isascii()
    assert text.isprintable()
    assert len(text.splitlines()) == 1
    assert parse_line(text) == line


def test_a_trial_line_holds_the_whole_subject() -> None:
    line = parse_line(dump_line(trial_line(subject("tf2.9.3-py3.10", engine="docker"))))
    assert Subject(**{key: line[key] for key in line if key not in ("kind", "schema")}) == subject(
        "tf2.9.3-py3.10", engine="docker"
    )


def test_a_verdict_line_without_a_reason() -> None:
    assert json.loads(dump_line(verdict_line(None, "", 12.34567))) == {
        "kind": "verdict",
        "reason": None,
        "message": "",
        "seconds": 12.346,
    }


def test_a_verdict_line_says_its_reason_in_words() -> None:
    assert json.loads(dump_line(LINES["verdict"]))["reason"] == "time limit of the cell"
