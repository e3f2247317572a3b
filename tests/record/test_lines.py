"""Tests of the record's lines: read strictly, written so that nothing in them can end a line."""

import json
from typing import Any, get_args

import msgspec
import pytest
from msgspec import structs

from tests.fakes import changed_line, end_line, header_line, outcome_line, subject
from tfcompat.outcomes import Happened, Reason, Subject
from tfcompat.record import lines as record
from tfcompat.record.lines import (
    DEEPEST,
    SCHEMA,
    BrokenLine,
    CanaryLine,
    FactsOfOld,
    Line,
    OutcomeLine,
    RecordError,
    ReusedLine,
    ScenarioFacts,
    TrialLine,
    dump_line,
    parse_line,
    trial_line,
    verdict_line,
)


def facts_of_old(scenario: str = "adapt::mean", **changes: Any) -> FactsOfOld:
    """What a header of schema 1 says of a scenario."""
    facts = {"title": f"Title of {scenario}", "reference": "https://example.org", "source": "test_adapt.py:7"}
    return FactsOfOld(id=scenario, **{**facts, **changes})


jsonschema = pytest.importorskip("jsonschema")

#: One good line of each kind.
LINES: dict[str, Line] = {
    "trial": trial_line(subject()),
    "header": structs.replace(
        header_line(),
        schema=1,
        scenarios=[facts_of_old(documented=[1, "a"]), facts_of_old("adapt::axis", documented=None)],
    ),
    "broken": BrokenLine(message="no such fixture"),
    "canary": CanaryLine(name="h5py", when="after", meant=Happened.RETURNED, happened=Happened.RAISED, type="OSError"),
    "outcome": outcome_line(observed=[0.0, None]),
    "reused": ReusedLine(trial="20260102T030405Z-local", scenarios=["adapt::mean"]),
    "end": end_line(),
    "verdict": verdict_line(Reason.TIME_LIMIT, "the cell outran its time limit", 1800.0),
}
REQUIRED = [
    (kind, field.name) for kind, line in LINES.items() for field in msgspec.structs.fields(line) if field.required
]
HOSTILE = "a\nb\r\n\u2028\u2029\x00\x1b[31m\"\\'</script>&amp;\U0001f600|`é\x85"


def changed(kind: str, **changes: Any) -> str:
    return changed_line(LINES[kind], **changes)


def header_with(**changes: Any) -> str:
    """A header whose second scenario has other values or keys."""
    scenario = msgspec.to_builtins(facts_of_old())
    return changed("header", scenarios=[scenario, {**scenario, **changes}])


def test_there_is_a_line_of_each_kind() -> None:
    assert {type(line) for line in LINES.values()} == set(get_args(record.LINES))
    assert [line.kind for line in LINES.values()] == list(LINES)


@pytest.mark.parametrize("kind", LINES)
def test_a_line_comes_back_as_it_was(kind: str) -> None:
    assert parse_line(dump_line(LINES[kind])) == LINES[kind]


@pytest.mark.parametrize("kind", LINES)
def test_the_kind_stands_first(kind: str) -> None:
    assert dump_line(LINES[kind]).startswith(f'{{"kind":"{kind}"')


@pytest.mark.parametrize("kind", LINES)
def test_an_unknown_key_is_refused(kind: str) -> None:
    with pytest.raises(RecordError, match=rf'unknown field `extra`, in the line \'{{"kind": "{kind}"'):
        parse_line(changed(kind, extra=1))


def test_the_keys_that_must_be_there() -> None:
    assert [key for kind, key in REQUIRED if kind == "outcome"] == ["scenario", "seconds", "happened"]
    assert len(REQUIRED) == 12 + 3 + 1 + 4 + 3 + 1 + 2 + 3


@pytest.mark.parametrize(("kind", "key"), REQUIRED)
def test_a_missing_key_is_refused(kind: str, key: str) -> None:
    line = {name: value for name, value in json.loads(dump_line(LINES[kind])).items() if name != key}
    with pytest.raises(RecordError, match=rf'missing required field `{key}`, in the line \'{{"kind": "{kind}"'):
        parse_line(json.dumps(line))


@pytest.mark.parametrize("name", ["adapt", "adapt::", "::mean", "::", "", 1, ["adapt::mean"]])
def test_a_scenario_has_a_group_and_a_name(name: object) -> None:
    with pytest.raises(RecordError, match=r"Expected `str`.* at `\$\.scenarios\[1\]\.id`"):
        parse_line(header_with(id=name))


@pytest.mark.parametrize("key", ["observed", "type", "message", "traceback"])
def test_what_an_outcome_may_leave_out_it_may_have(key: str) -> None:
    assert getattr(parse_line(changed("outcome", **{key: "text"})), key) == "text"


def test_what_is_left_out_is_empty() -> None:
    line = parse_line(json.dumps({"kind": "outcome", "scenario": "a::b", "seconds": 1, "happened": "silent"}))
    assert isinstance(line, OutcomeLine)
    assert (line.observed, line.type, line.message, line.traceback) == (None, "", "", "")


def test_what_is_empty_is_not_written() -> None:
    text = dump_line(outcome_line(observed=None))
    assert set(json.loads(text)) == {"kind", "scenario", "seconds", "happened"}
    facts = ScenarioFacts(id="a::b", title="", reference="", source="")
    assert set(msgspec.to_builtins(facts)) == {"id", "title", "reference", "source"}


@pytest.mark.parametrize("kind", LINES)
def test_a_cut_line_is_refused(kind: str) -> None:
    with pytest.raises(RecordError, match=r"^Input data was truncated, in the line "):
        parse_line(dump_line(LINES[kind])[:-1])


@pytest.mark.parametrize("text", ["", "WARNING: no GPU", "{", "[" * 100_000, f"{dump_line(end_line())} {{}}"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(
        RecordError, match=r"^(Input data was truncated|JSON is malformed|Expected `object`).*, in the line "
    ):
        parse_line(text)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "[1e999]", "9" * 5000])
def test_a_number_that_python_or_json_cannot_have_is_refused(value: str) -> None:
    with pytest.raises(RecordError, match=r"(invalid character|out of range)"):
        parse_line(dump_line(outcome_line(observed=1)).replace('"observed":1', f'"observed":{value}'))


@pytest.mark.parametrize("levels", [DEEPEST + 1, 900, 100_000])
@pytest.mark.parametrize("ends", ["[]", '{"a":}'])
def test_what_is_nested_too_deeply_is_refused(levels: int, ends: str) -> None:
    deep = ends[:-1] * levels + "1" + ends[-1] * levels
    for key, line in {
        "observed": outcome_line(observed=1),
        "expected": outcome_line(expected=1),
        "seen": outcome_line(seen=1),
        "documented": structs.replace(header_line(), schema=1, scenarios=[facts_of_old(documented=1)]),
    }.items():
        with pytest.raises(RecordError, match=r"deeper than 100 levels|recursion"):
            parse_line(dump_line(line).replace(f'"{key}":1', f'"{key}":{deep}'))


def test_what_is_nested_as_deeply_as_may_be_is_read() -> None:
    deep: Any = 1
    for _ in range(DEEPEST):
        deep = [0, deep]
    line = outcome_line(observed=deep)
    assert parse_line(dump_line(line)) == line


def test_of_a_key_that_is_there_twice_the_last_counts_and_a_kind_may_not_change() -> None:
    assert parse_line(dump_line(LINES["broken"])[:-1] + ',"message":"b"}') == BrokenLine(message="b")
    with pytest.raises(RecordError, match=r"Invalid value 'end' - at `\$\.kind`"):
        parse_line('{"kind":"broken","kind":"end","message":"a"}')


def test_half_a_surrogate_pair_is_read_as_a_question_mark() -> None:
    line = parse_line(dump_line(outcome_line(message="a\ud800b", observed={"\udfff": ["\U0001f600"]})))
    assert isinstance(line, OutcomeLine)
    assert (line.message, line.observed) == ("a?b", {"?": ["\U0001f600"]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\ud800", "?"),
        (r"\uDBFFa", "?a"),
        (r"\udc00\ud800", "??"),
        (r"\ud800\ud83d\ude00", "?\U0001f600"),
        (r"\ud83d\ude00\ude00", "\U0001f600?"),
        (r"\ud800\u0041", "?A"),
        (r"\\ud800\ud800", r"\ud800?"),
        (r"\\\ud800", r"\?"),
        ("\ud83d\ude00", "??"),
        ("é\ud83d", "é?"),
    ],
)
def test_only_what_is_half_a_pair_is_a_question_mark(text: str, message: str) -> None:
    assert parse_line(f'{{"kind":"broken","message":"{text}"}}') == BrokenLine(message=message)


@pytest.mark.parametrize("text", [r"\ud8", r"\ud8zz", r"\u", "\x01"])
def test_what_is_not_even_half_a_pair_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match=", in the line "):
        parse_line(f'{{"kind":"broken","message":"{text}"}}')


@pytest.mark.parametrize(
    "value", [None, 1, "outcome", [], [{"kind": "end"}], {}, {"kind": None}, {"kind": []}, {"kind": "result"}]
)
def test_json_that_is_not_a_line_is_refused(value: object) -> None:
    with pytest.raises(RecordError, match=", in the line "):
        parse_line(json.dumps(value))


@pytest.mark.parametrize("kind", ["trial", "header"])
def test_another_schema_is_refused_and_named_whatever_else_it_has(kind: str) -> None:
    for changes in ({}, {"new_key": 1}, {"suite": 3}):
        with pytest.raises(RecordError, match=f"^schema {SCHEMA + 1}, but this tfcompat reads 1 and 2$"):
            parse_line(changed(kind, schema=SCHEMA + 1, **changes))


@pytest.mark.parametrize("kind", ["trial", "header"])
@pytest.mark.parametrize("schema", [str(SCHEMA), None, True, 1.5])
def test_a_schema_that_is_not_a_number_is_refused(kind: str, schema: object) -> None:
    with pytest.raises(RecordError, match=r"`\$\.schema`"):
        parse_line(changed(kind, schema=schema))


@pytest.mark.parametrize("scenarios", [None, 3, "adapt::mean", {"id": "adapt::mean"}, [3], [[]]])
def test_scenarios_that_are_not_a_list_of_objects_are_refused(scenarios: object) -> None:
    with pytest.raises(RecordError, match=r"Expected `(array|str \| object)`, got `\w+` - at `\$\.scenarios"):
        parse_line(changed("header", scenarios=scenarios))


def test_a_scenario_of_the_header_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(RecordError, match=r"unknown field `colour` - at `\$\.scenarios\[1\]`"):
        parse_line(header_with(colour="red"))


@pytest.mark.parametrize("key", ["id", "title", "reference", "source"])
def test_a_scenario_of_the_header_that_lacks_a_key_is_refused(key: str) -> None:
    whole = msgspec.to_builtins(facts_of_old())
    facts = {name: value for name, value in whole.items() if name != key}
    with pytest.raises(RecordError, match=rf"missing required field `{key}` - at `\$\.scenarios\[1\]`"):
        parse_line(changed("header", scenarios=[whole, facts]))


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
    with pytest.raises(
        RecordError, match=rf'Expected `str`, got `\w+` - at `\$\.{key}`, in the line \'{{"kind": "{kind}"'
    ):
        parse_line(changed(kind, **{key: value}))


@pytest.mark.parametrize("value", ["1", None, [], True])
@pytest.mark.parametrize(
    ("kind", "key"), [("outcome", "seconds"), ("end", "seconds"), ("end", "outcomes"), ("verdict", "seconds")]
)
def test_what_is_a_number_is_nothing_else(kind: str, key: str, value: object) -> None:
    with pytest.raises(RecordError, match=rf"Expected `(int|float)`, got `\w+` - at `\$\.{key}`"):
        parse_line(changed(kind, **{key: value}))


@pytest.mark.parametrize(("kind", "key"), [("outcome", "happened"), ("verdict", "reason")])
def test_a_word_that_is_not_one_of_a_closed_set_is_refused(kind: str, key: str) -> None:
    with pytest.raises(RecordError, match=rf"Invalid enum value 'bad luck' - at `\$\.{key}`"):
        parse_line(changed(kind, **{key: "bad luck"}))


@pytest.mark.parametrize("value", [5, None, [], {"a": 1}])
@pytest.mark.parametrize("key", ["title", "reference", "source"])
def test_what_a_scenario_says_of_itself_is_text(key: str, value: object) -> None:
    with pytest.raises(RecordError, match=rf"Expected `str`, got `\w+` - at `\$\.scenarios\[1\]\.{key}`"):
        parse_line(header_with(**{key: value}))


@pytest.mark.parametrize("versions", [5, None, "2.9.3", ["2.9.3"]])
def test_versions_are_an_object(versions: object) -> None:
    with pytest.raises(RecordError, match=r"Expected `object`, got `\w+` - at `\$\.versions`"):
        parse_line(changed("header", versions=versions))


@pytest.mark.parametrize("version", [5, [], {"a": 1}, False])
def test_a_version_is_text_or_null(version: object) -> None:
    with pytest.raises(RecordError, match=r"Expected `str \| null`, got `\w+` - at `\$\.versions\["):
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
    with pytest.raises(RecordError, match=rf"^{key} is not a (version|moment such as .*): {value!r}, in the line "):
        parse_line(changed("trial", **{key: value}))


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        changed("trial", cell=["x"] * 999),
        changed("trial", python="x" * 999),
        json.dumps({"kind": "x" * 999}),
        changed("end", **{"x\n" * 999: 1}),
        changed("verdict", reason="x" * 999),
    ],
)
def test_a_message_is_one_line_that_shows_only_the_beginning_of_what_was_refused(text: str) -> None:
    with pytest.raises(RecordError) as raised:
        parse_line(text)
    assert len(str(raised.value)) < 250
    assert str(raised.value).isprintable()


def test_a_refused_line_is_quoted_by_its_first_eighty_characters() -> None:
    with pytest.raises(RecordError) as raised:
        parse_line("x" * 100)
    assert str(raised.value).endswith(f", in the line {'x' * 80!r}")


def test_half_a_surrogate_pair_beside_the_json_names_no_schema() -> None:
    assert record.schema_of('{"schema": 7, "a": "\ud800"}') is None


def test_hostile_text_comes_back_and_cannot_end_the_line() -> None:
    line = outcome_line(message=HOSTILE, traceback=HOSTILE, observed={HOSTILE: [HOSTILE]})
    text = dump_line(line)
    assert text.isascii()
    assert text.isprintable()
    assert len(text.splitlines()) == 1
    assert parse_line(text) == line


def test_a_trial_line_holds_the_whole_subject() -> None:
    made = subject("tf2.9.3-py3.10", engine="docker")
    line = parse_line(dump_line(trial_line(made)))
    assert isinstance(line, TrialLine)
    assert line.subject == made
    assert line.__struct_fields__ == ("schema", *Subject.__dataclass_fields__)


def test_a_verdict_line_without_a_reason() -> None:
    assert json.loads(dump_line(verdict_line(None, "", 12.34567))) == {
        "kind": "verdict",
        "reason": None,
        "message": "",
        "seconds": 12.346,
    }


def test_a_verdict_line_says_its_reason_in_words() -> None:
    assert json.loads(dump_line(LINES["verdict"]))["reason"] == "time limit of the cell"


@pytest.mark.parametrize("kind", LINES)
def test_the_json_schema_describes_each_line(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(record.schema())
    assert validator.is_valid(json.loads(dump_line(LINES[kind])))
    assert not validator.is_valid(json.loads(changed(kind, extra=1)))
    assert not validator.is_valid({**json.loads(dump_line(LINES[kind])), "kind": "result"})


def test_a_files_name_is_the_moment_and_the_engine() -> None:
    assert record.file_name(subject(started="2026-11-21T03:45:00Z", engine="docker")) == "20261121T034500Z-docker"
