"""CSV as Bulk API 2.0 takes and gives it."""

import csv
import io
from collections.abc import Sequence

NULL = "#N/A"
DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


def parse_csv(text: str, ending: str, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows; raises ValueError for a file that is not what the job says."""
    if ENDINGS["CRLF"] in text.partition("\n")[0] + "\n" and ending == "LF":
        raise ValueError("LineEnding is invalid on user data. Current LineEnding setting is LF")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter], strict=True)
    try:
        header, *rows = list(lines)
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if any(len(row) != len(header) for row in rows):
        raise ValueError("The number of columns of a row is not that of the header")
    return header, rows


def write_csv(rows: Sequence[Sequence[str]], ending: str, delimiter: str) -> str:
    """Every value in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=DELIMITERS[delimiter], lineterminator=ENDINGS[ending], quoting=csv.QUOTE_ALL
    )
    writer.writerows(rows)
    return text.getvalue()
