"""How many faults put into `policies/` the tests of policies and the cases notice: `python -m bench.mutation --help`.

Needs the dependency group `mutation`. Exits with 1 below 85 %.
"""

import json
import math
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

from bench.mutants import SURVIVED, UNREACHED, Trial

WANTED = 0.85
MADE, OUTCOMES = Path("mutants/made"), Path("mutants/outcomes.jsonl")
READ = {".py", ".toml", ".json"}  # what outcomes hang on


def main(asked: Namespace) -> int:
    """Make the mutants, run what has no outcome yet, print what was noticed."""
    _make(asked.jobs)
    names = [name for name in _names() if name.startswith(asked.only)]
    chosen = names if asked.size == "all" else draw(names, int(asked.size), asked.seed)
    _run([name for name in chosen if name not in _outcomes()], asked.jobs)
    found = _outcomes()
    return tell({name: found[name] for name in chosen}, len(names))


def draw(names: list[str], size: int, seed: int) -> list[str]:
    """A random sample; a smaller one of the same seed is the beginning of a larger one."""
    return Random(seed).sample(names, len(names))[:size]


def tell(outcomes: dict[str, str], population: int) -> int:
    """Print the figures by module, those that survived, and the share of all; 1 when it is below the promise."""
    tried = Counter(map(_module, outcomes))
    missed = [name for name, outcome in outcomes.items() if outcome in {SURVIVED, UNREACHED}]
    noticed = tried - Counter(map(_module, missed))
    for name in missed:
        print(f"{outcomes[name]}: {name}")
    for module, number in sorted(tried.items()):
        print(f"{module:32} {noticed[module]:5} of {number:5} {noticed[module] / number:7.1%}")
    size = len(outcomes)
    share = (size - len(missed)) / size
    low, high = interval(share, size) if size < population else (share, share)
    print(f"{size - len(missed)} of {size} mutants noticed: {share:.1%}; ", end="")
    print(
        "all there are" if size == population else f"of {population} (95 % interval {low:.1%} to {high:.1%})"
    )
    return 0 if share >= WANTED else 1


def interval(share: float, size: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share seen in a sample."""
    z = 1.96
    middle = share + z * z / (2 * size)
    margin = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return (middle - margin) / (1 + z * z / size), (middle + margin) / (1 + z * z / size)


def _make(jobs: int) -> None:
    """Have mutmut write its mutants into `mutants/`, unless they are there and nothing changed since."""
    folders = [Path(each) for each in (*config().source_paths, *config().also_copy, "bench")]
    files = sorted(file for folder in folders for file in (folder, *folder.rglob("*")) if file.suffix in READ)
    state = sha256(b"".join(str(file).encode() + file.read_bytes() for file in files)).hexdigest()
    if MADE.exists() and MADE.read_text("utf-8") == state:
        return
    shutil.rmtree("mutants", ignore_errors=True)
    Path("mutants").mkdir()
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(jobs)
    MADE.write_text(state, "utf-8")


def _names() -> list[str]:
    files = sorted(Path("mutants/policies").glob("*.meta"))
    return [name for file in files for name in json.loads(file.read_text("utf-8"))["exit_code_by_key"]]


def _outcomes() -> dict[str, str]:
    lines = OUTCOMES.read_text("utf-8").splitlines() if OUTCOMES.exists() else []
    return {row["mutant"]: row["outcome"] for row in map(json.loads, lines)}


def _run(names: list[str], jobs: int) -> None:
    if not names:
        return
    left = len(names)
    with OUTCOMES.open("a", encoding="utf-8") as file:

        def record(mutant: str, outcome: str, test: str) -> None:
            nonlocal left
            left -= 1
            file.write(json.dumps({"mutant": mutant, "outcome": outcome, "test": test}) + "\n")
            file.flush()
            print(f"\r{left} to go ", end="", file=sys.stderr)

        os.environ["HYPOTHESIS_PROFILE"] = "mutation"
        here = Path.cwd()
        os.chdir("mutants")
        selection = [*config().pytest_add_cli_args_test_selection, *config().pytest_add_cli_args]
        code = pytest.main(
            ["--rootdir=.", "-s", "--assert=plain", *selection], plugins=[Trial(names, record, jobs)]
        )
        os.chdir(here)
    if left:
        sys.exit(f"the tests could not be run (pytest's code {code})")


def _module(mutant: str) -> str:
    return mutant.rpartition(".")[0]


if __name__ == "__main__":
    parser = ArgumentParser("python -m bench.mutation", description=__doc__)
    parser.add_argument(
        "size", nargs="?", default="500", help="how many mutants to draw, or `all` (default: 500)"
    )
    parser.add_argument("--seed", type=int, default=20261122, help="of the draw")
    parser.add_argument("--only", default="policies.", help="names to draw from, such as policies.lag")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried at a time (default: 1)")
    sys.exit(main(parser.parse_args()))
