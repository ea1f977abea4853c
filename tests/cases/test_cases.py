"""Every case of every folder asked for, each as one test under its own id."""

from pathlib import Path

import pytest

from tests.cases.runner.asking import failures
from tests.cases.runner.reading import case_files, read_case

HERE = Path(__file__).parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case_file" not in metafunc.fixturenames:
        return
    folders = [Path(each) for each in metafunc.config.getoption("cases", None) or [HERE]]
    for folder in folders:
        if not folder.is_dir():
            raise pytest.UsageError(f"--cases {folder}: no such folder")
    files = case_files(folders)
    if not files:
        raise pytest.UsageError(f"--cases: no case file in {', '.join(map(str, folders))}")
    metafunc.parametrize("case_file", files, ids=[path.stem for path in files])


def test_case(case_file: Path, tmp_path: Path) -> None:
    case = read_case(case_file)
    found = failures(case, tmp_path)
    assert not found, "\n".join([f"{case.id}: {case.title}", *found])
