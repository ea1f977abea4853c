import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cases",
        action="append",
        metavar="DIR",
        default=None,
        help="a folder of case files to run instead of the ones beside the runner; may be given several times",
    )
