"""HTML of bios and posts to text, and addresses."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.exports.profile_links import candidate
from collectors.mastodon.addresses import as_address
from collectors.mastodon.markup import plain_text

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30)


@given(text=st.text(max_size=200))
def test_any_text_whatever_is_read_without_an_error(text: str) -> None:
    found = plain_text(text)
    assert found == found.strip()
    assert "\n\n\n" not in found


@given(text=st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<a href='x'>", "</a>", "<![CDATA[", "<!--", "-->", "]]>", "<![x[", "<", ">", "&", "&lt;", "&#x1F3D5;", "&#0;", "<script>", "</script>", "露营", ":tent:"]), max_size=12))  # fmt: skip
def test_broken_markup_is_read_without_an_error(text: list[str]) -> None:
    found = plain_text("".join(text), {"tent"})
    assert ":tent:" not in found
    assert found == found.strip()


@given(words=st.lists(PLAIN.filter(lambda word: word.strip() == word and word), min_size=1, max_size=6))
def test_escaped_words_come_out_as_they_went_in(words: list[str]) -> None:
    paragraphs = "".join(f"<p><span>{html.escape(word)}</span></p>" for word in words)
    assert plain_text(paragraphs) == "\n\n".join(words)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
        ('<a href="https://a.example/x" rel="me"><span class="invisible">https://</span><span class="ellipsis">a.example</span><span class="invisible">/x</span></a>', "https://a.example/x"),
        ('<p><span class="h-card"><a href="https://a.example/@anna" class="u-url mention">@<span>anna</span></a></span> 你好</p>', "@anna 你好"),
        ('<a class="mention hashtag" href="https://a.example/tags/x">#<span>露营</span></a>', "#露营"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ("<p>a &lt;b&gt; &amp;amp; &#39;c&#39; &nbsp; d</p>", "a <b> &amp; 'c' d"),
        ("<p>a\r\n  b</p>", "a b"),
        ("at 12:30:45 :tent: :unknown:", "at 12:30:45 :unknown:"),
        ("<p>unclosed", "unclosed"),
    ],
)  # fmt: skip
def test_markup_becomes_text(given: str, found: str) -> None:
    assert plain_text(given, {"tent"}) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("@Brand@Social.Test", "brand@social.test"),
        (" brand@social.test ", "brand@social.test"),
        ("brand.one_2-x@a-b.social.test", "brand.one_2-x@a-b.social.test"),
        ("brand@bücher.example", "brand@xn--bcher-kva.example"),
        ("https://social.test/@brand", None),
        ("brand@social", None),
        ("brand@social.test:8080", None),
        ("brand@192.168.0.1", None),
        ("brand@[::1]", None),
        ("brand@a..b", None),
        ("brand@social.test/x", None),
        ("brand@x@social.test", None),
        (f"brand@{'a' * 64}.test", None),
        (f"brand@{'a.' * 140}test", None),
    ],
)
def test_an_address_is_one_of_a_public_host(given: str, found: str | None) -> None:
    assert as_address(given) == found


@given(text=st.text(max_size=60))
def test_an_address_read_twice_is_the_same(text: str) -> None:
    found = as_address(f"{text}@social.test")
    assert found is None or as_address(found) == found


@pytest.mark.parametrize("given", ["@Brand@social.test", "Brand@social.test", "https://social.test/@Brand", "social.test/@Brand", "https://other.test/@Brand@social.test"])  # fmt: skip
def test_what_people_write_of_an_account_is_understood(given: str) -> None:
    found = candidate(given, platform="mastodon")
    assert (found.platform, as_address(found.handle or "")) == ("mastodon", "brand@social.test")
