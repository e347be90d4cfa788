"""The one rule of client separation: sharing, sameness of names, and what belongs to two clients at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.clients import client_key, may_use, require, together
from storage.errors import ClientMismatch

NAMES = st.text(max_size=12)


@given(NAMES)
def test_everybody_may_use_what_is_shared_and_each_its_own(name: str) -> None:
    assert may_use("", name)
    assert may_use("  ", name)
    assert may_use(name, name)


@given(NAMES, NAMES)
def test_two_clients_never_use_each_others_things_whichever_asks(one: str, other: str) -> None:
    apart = client_key(one) != client_key(other)
    if client_key(one) and client_key(other):
        assert may_use(one, other) is not apart
        assert may_use(one, other) is may_use(other, one)
    elif client_key(one):
        assert not may_use(one, other)


@given(NAMES)
def test_a_name_is_compared_without_width_case_and_spaces(name: str) -> None:
    assert client_key(client_key(name)) == client_key(name)
    assert client_key(f"  {name}  ") == client_key(name)


def test_names_that_a_reader_takes_for_the_same_are_the_same() -> None:
    assert client_key(" ACME　Foods ") == client_key("acme  foods") == client_key("Acme foods")
    assert client_key("甲公司") != client_key("乙公司")


@given(st.lists(st.sampled_from(["", "Acme", "acme ", "Brand", " "]), max_size=6))
def test_a_work_belongs_to_the_one_client_of_its_parts_or_is_refused(owners: list[str]) -> None:
    claims = {f"part {at}": owner for at, owner in enumerate(owners)}
    keys = {client_key(owner) for owner in owners} - {""}
    if len(keys) > 1:
        with pytest.raises(ClientMismatch, match="nothing of one client is used for another"):
            together(claims)
    else:
        assert {client_key(together(claims))} == (keys or {""})


def test_a_refusal_says_what_whose_and_for_whom() -> None:
    with pytest.raises(
        ClientMismatch, match=r"the quote belongs to the client 'Acme' and was asked for the client 'Brand': .*names no client"
    ):
        require("Acme", "Brand", "the quote")
    with pytest.raises(ClientMismatch, match="for no client in particular"):
        require("Acme", "", "the quote")
    require("", "Brand", "the quote")
