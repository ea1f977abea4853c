"""How many faults put into `policies/` the tests of policies and the cases notice, by a random sample.

Run `python -m bench.mutation [SIZE] [SEED]` from a clean checkout; it needs the dependency group `mutation` and
takes about five seconds a mutant on one core. Exits 1 below 85 % of the sample.
"""

import json
import math
import subprocess
import sys
from pathlib import Path
from random import Random

WANTED = 0.85
KILLED, SURVIVED, UNCOVERED = {1, 3}, {0}, {5, 33}
CHUNK = 50
MUTMUT = [sys.executable, "-m", "mutmut", "run", "--max-children", "2"]


def main(size: int, seed: int) -> int:
    """Mutates, runs a sample, prints what was killed."""
    _mutate(["policies.place*"])  # makes every mutant and learns which tests reach it
    chosen = Random(seed).sample(sorted(_outcomes()), size)
    for start in range(0, size, CHUNK):
        _mutate(chosen[start : start + CHUNK])
        print(f"{min(start + CHUNK, size)} of {size}", file=sys.stderr)
    found = _outcomes()
    killed = sum(found[name] not in SURVIVED | UNCOVERED for name in chosen)
    share, margin = killed / size, 1.96 * math.sqrt(killed * (size - killed) / size**3)
    print(
        f"{killed} of {size} mutants killed: {share:.1%} (95 % interval +-{margin:.1%}), of {len(found)} in all"
    )
    for name in chosen:
        if found[name] in SURVIVED | UNCOVERED:
            print(f"  survived: {name}")
    return 0 if share >= WANTED else 1


def _mutate(names: list[str]) -> None:
    subprocess.run([*MUTMUT, *names], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - names of mutants


def _outcomes() -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for file in Path("mutants/policies").glob("*.meta"):
        found |= json.loads(file.read_text("utf-8"))["exit_code_by_key"]
    return found


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 500, numbers[1] if len(numbers) > 1 else 20261122))
