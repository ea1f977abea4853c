"""Where each key of a TOML text stands."""

from sync.lines import find_line, lines_of

TEXT = '''# a comment
[companies.acme]
language = "es"

[companies.acme.marketing]
token = { env = "T" }
text = """
[not.a.header]
key = 1
"""
[companies.acme.agreement.definitions]
mql = { any = [
  { field = "a" },
] }
[[companies.acme.rows]]
name = "x"
a."b.c".d = 1
'''


def test_each_key_has_its_line_and_a_text_of_several_lines_hides_none() -> None:
    lines = lines_of(TEXT)
    assert lines["companies.acme.language"] == 3
    assert lines["companies.acme.marketing.token.env"] == 6
    assert lines["companies.acme.marketing.text"] == 7
    assert "not.a.header" not in lines
    assert lines["companies.acme.agreement.definitions.mql"] == 12
    assert lines["companies.acme.rows.name"] == 16
    assert lines["companies.acme.rows.a.b.c.d"] == 17


def test_a_key_that_is_not_written_is_found_by_the_table_around_it() -> None:
    lines = lines_of(TEXT)
    assert find_line(lines, "companies.acme.agreement.definitions.mql.any.0.field") == 12
    assert find_line(lines, "companies.acme.marketing.base_url") == 5
    assert find_line(lines, "companies.acme.crm.system") == 2
    assert find_line(lines, "ledger") is None
