"""`mock-okta check`: every problem, a summary, and an exit code."""

import json

import pytest

from mock_okta.cli import main


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("about: x\nuser: []\nsign_in: [identfy]\n")
    return str(file)


def test_a_good_file_is_one_line_and_exit_0(capsys):
    assert main(["check", "password"]) == 0
    assert capsys.readouterr() == ("1 file, no problems\n", "")


def test_a_broken_file_is_its_problems_a_summary_and_exit_1(broken, capsys):
    assert main(["check", broken]) == 1
    said, errors = capsys.readouterr()
    assert said == (
        f"{broken}:2: user: unknown key 'user'\n"
        "  hint: did you mean 'users'?\n"
        f"{broken}:3: sign_in[0]: unknown step 'identfy'\n"
        "  hint: did you mean 'identify'?\n"
        "1 file, 2 problems\n"
    )
    assert errors == ""


def test_several_files_are_checked_together(broken, capsys):
    assert main(["check", "password", broken, "locked-out"]) == 1
    assert capsys.readouterr().out.endswith("\n3 files, 2 problems\n")


def test_json_for_machines(broken, capsys):
    assert main(["check", "--json", broken]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert report["files"] == [broken]
    assert report["problems"][0] == {
        "file": broken,
        "line": 2,
        "field": "user",
        "message": "unknown key 'user'",
        "hint": "did you mean 'users'?",
    }


def test_json_of_a_good_file(capsys):
    assert main(["check", "--json", "password"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "files": ["password"], "problems": []}


@pytest.mark.parametrize("name", ["pasword", "no/such.yaml"])
def test_a_file_that_is_not_there_is_exit_2(name, capsys):
    assert main(["check", name]) == 2
    said, errors = capsys.readouterr()
    assert said == ""
    assert len(errors.splitlines()) == 1


def test_no_file_is_exit_2(capsys):
    assert main(["check"]) == 2
    assert "Missing argument 'FILE...'" in capsys.readouterr().err
