"""Whoever the owners are, a reference leads to the one active user with the same address, or says why not."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.language import texts
from mapping.owners import UNMATCHED, Owners, References
from mapping.values import Unfit

ADDRESSES = ("ana@example.org", "Ana@Example.org", "bea@example.org", None)


@dataclass(frozen=True)
class Owner:
    id: str
    email: str | None
    active: bool


def owners(prefix: str) -> st.SearchStrategy[list[Owner]]:
    made = st.builds(
        Owner, st.integers(1, 9).map(f"{prefix}{{}}".format), st.sampled_from(ADDRESSES), st.booleans()
    )
    return st.lists(made, unique_by=lambda one: one.id)


@given(owners("hs"), owners("sf"), st.integers(1, 9).map("hs{}".format))
def test_an_owner_is_the_one_active_user_of_the_same_address_or_nobody(here, there, owner):
    references = References(here=Owners("hubspot", here), there=Owners("salesforce", there))
    address = {one.id: one.email and one.email.lower() for one in here}.get(owner, "unknown")
    same = [one.id for one in there if one.active and one.email and one.email.lower() == address]
    if address is None:
        assert references.refer(owner, owner, "owner") is None, "a queue is nobody"
    elif len(same) == 1:
        assert references.refer(owner, owner, "owner") == same[0]
    else:
        with pytest.raises(Unfit) as caught:
            references.refer(owner, owner, "owner")
        assert caught.value.code in UNMATCHED
        assert f"problem.{caught.value.code}" in texts("en")
        assert "@" not in str(caught.value.params)
    strangers = references.here.strangers_to(references.there)
    assert (owner in strangers) == any(
        one.id == owner and one.active and one.email and len(same) != 1 for one in here
    )
