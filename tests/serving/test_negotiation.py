"""What a reader's headers ask for, for every header there could be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect2protect.config.negotiation import NOT_SATISFIABLE, endings, is_known, part

WEIGHTS = st.none() | st.integers(0, 1000)
NAMES = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}


def spelled(weights: dict[str, int | None]) -> str:
    return ", ".join(
        coding if weight is None else f"{coding};q={weight / 1000:.3f}"
        for coding, weight in weights.items()
    )


@given(st.dictionaries(st.sampled_from([*NAMES, "identity", "deflate", "*"]), WEIGHTS))
def test_the_best_that_is_wanted_comes_first(weights: dict[str, int | None]) -> None:
    heavy = {coding: 1000 if weight is None else weight for coding, weight in weights.items()}
    found = endings(spelled(weights))
    assert found[-1] == ""
    offered = [next(c for c, ending in NAMES.items() if ending == e) for e in found[:-1]]
    assert set(offered) == {
        c for c in NAMES if heavy.get(c, 0) > 0 and heavy[c] >= heavy.get("identity", 0)
    }
    ranks = [(-heavy[coding], list(NAMES).index(coding)) for coding in offered]
    assert ranks == sorted(ranks)


@given(st.text(max_size=600))
def test_no_accept_encoding_is_too_strange(header: str) -> None:
    assert endings(header)[-1] == ""


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("gzip, deflate, br, zstd", ".br"),
        ("gzip;q=1.0, br;q=0.9", ".gz"),
        ("zstd, gzip", ".zst"),
        ("BR ; Q=0.5", ".br"),
        ("identity, br;q=0.5", ""),
        ("*", ""),
        ("br;q=x", ""),
        (None, ""),
        ("br," * 400, ""),
    ],
)
def test_some_that_browsers_send(header: str | None, first: str) -> None:
    assert endings(header)[0] == first


@given(st.integers(0, 50), st.none() | st.integers(0, 60), st.integers(1, 40))
def test_a_range_is_within_the_file(first: int, last: int | None, size: int) -> None:
    found = part(f"bytes={first}-{'' if last is None else last}", None, '"tag"', size)
    wanted = range(size)[first : None if last is None else last + 1]
    if last is not None and last < first:
        assert found is None
    elif not wanted:
        assert found == NOT_SATISFIABLE
    else:
        assert found == (wanted.start, wanted.stop)


@given(st.integers(0, 60), st.integers(1, 40))
def test_the_last_so_many_bytes(last: int, size: int) -> None:
    expected = (max(0, size - last), size) if last else NOT_SATISFIABLE
    assert part(f"bytes=-{last}", None, '"tag"', size) == expected


@given(st.text("bytes=0123456789-, x", max_size=20), st.integers(1, 40))
def test_no_range_is_too_strange(header: str, size: int) -> None:
    found = part(header, None, '"tag"', size)
    assert found in (None, NOT_SATISFIABLE) or 0 <= found[0] < found[1] <= size  # type: ignore[index]


def test_a_range_of_another_state_is_the_whole_file() -> None:
    assert part("bytes=0-1", '"tag"', '"tag"', 9) == (0, 2)
    for condition in ('"other"', 'W/"tag"', "Sun, 22 Nov 2026 19:31:24 GMT"):
        assert part("bytes=0-1", condition, '"tag"', 9) is None


def test_what_is_known() -> None:
    for asked in ('"a"', 'W/"a"', '"b", "a"', '"b",W/"a" ', "*", " * "):
        assert is_known(asked, '"a"'), asked
    for asked in ("", "a", '"ab"', '"b"', "**"):
        assert not is_known(asked, '"a"'), asked
