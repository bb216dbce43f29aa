"""What users write as JSON or YAML is refused in one line that says where, or read as it stands."""

import json

import pytest

from neural_imaging.base import command_line, texts
from neural_imaging.base.errors import UserError

MISTAKES = {
    '{"a": NaN}': r"--settings: a: must be a finite number, not nan",
    '{"a": {"b": [1, Infinity]}}': r"a\.b\.1: must be a finite number, not inf",
    '{"a": -1e999}': r"a: must be a finite number, not -inf",
    '{"a": 1, "a": 2}': r"the key 'a' stands twice",
    '{"a": {"b": 1, "b": 1}}': r"the key 'b' stands twice",
    '{"a": "x\\ny"}': r"a: 'x\\ny' has a line break",
    '{"a": ' + "[" * 100000: "too many brackets",
    '{"a": ' + "9" * 5000 + "}": "cannot be read as settings",
    "{": "cannot be read as settings",
}
FILES = {
    "a: .nan": "a: must be a finite number, not nan",
    "a: [.inf]": r"a\.0: must be a finite number, not inf",
    "a: 1\nb: 2\na: 3": r"settings\.yaml, line 3: the key 'a' stands twice",
    "a: {b: 1, b: 2}": r"line 1: the key 'b' stands twice",
    "1: 2": "YAML reads the name 1 as no text",
    "a: &x [*x]": "a.0: holds itself",
    "[1]": "must be a mapping",
    "a: [": "cannot be read as settings",
}


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:20])
def test_a_mistake_in_json_text_is_one_line(text):
    with pytest.raises(UserError, match=MISTAKES[text]) as refused:
        command_line.settings(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("text", FILES)
def test_a_mistake_in_a_file_is_one_line(text, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=FILES[text]) as refused:
        command_line.settings(str(path))
    assert "\n" not in str(refused.value)
    assert "settings.yaml" in str(refused.value)


def test_a_key_that_stands_twice_in_a_json_file_is_refused(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{\t"a": 1, "a": 2}')
    with pytest.raises(UserError, match="the key 'a' stands twice"):
        command_line.settings(str(path))


def test_what_is_right_is_read_as_it_stands():
    content = {"a": 1, "b": [1.5, "x", None, True], "c": {"a": {}}}
    assert texts.mapping(json.dumps(content), "--settings", is_json=True) == content
    assert texts.mapping("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}", "here") == {
        "a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2},
    }  # fmt: skip


def test_what_yaml_repeats_by_reference_takes_no_time():
    lines = ["a0: &a0 [1, 1]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert len(texts.mapping("\n".join(lines), "here")) == 30
