"""Limits: what headers say, whatever their style, and that all processes of a workspace keep one limit together."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import RetryLater
from collectors.limits import Limit, Pace, calls_left, seconds_until_reset
from storage.engine import Store, create_store, open_store

KEY = bytes(range(32))
NOW = 1_790_000_000.0
LIMIT = Limit("reads", 20, 60.0, "a test")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    url, vault = f"sqlite:///{tmp_path}/fanfit.db", tmp_path / "vault.db"
    create_store(url, key=KEY, vault_path=vault).close()
    made: list[Store] = []

    def another() -> Store:
        made.append(open_store(url, key=KEY, vault_path=vault))
        return made[-1]

    yield another
    for store in made:
        store.close()


class Clock:
    def __init__(self) -> None:
        self.seconds = NOW

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.seconds += seconds


@given(st.integers(0, 86_000), st.sampled_from(["ratelimit-reset", "X-RateLimit-Reset", "x-rate-limit-reset"]))
def test_a_reset_reads_alike_in_every_style(wait: int, name: str) -> None:
    at = NOW + wait
    moment = datetime.fromtimestamp(at, UTC)
    styles = [str(int(at)), str(int(at * 1000)), moment.isoformat(), moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z"), str(wait)]
    assert [seconds_until_reset({name: style}, NOW) for style in styles] == pytest.approx([wait] * len(styles), abs=1e-3)


@given(st.text(max_size=40))
def test_nonsense_is_no_wait_and_never_negative(text: str) -> None:
    wait = seconds_until_reset({"Retry-After": text}, NOW)
    assert wait is None or 0 <= wait <= 86_400


def test_a_reset_in_the_past_is_no_wait_and_a_far_one_is_a_day() -> None:
    assert seconds_until_reset({"ratelimit-reset": str(int(NOW) - 50)}, NOW) == 0
    assert seconds_until_reset({"ratelimit-reset": str(int(NOW) + 10**7)}, NOW) == 86_400


@pytest.mark.parametrize(
    ("headers", "left"), [({"RateLimit-Remaining": "0"}, 0), ({"x-rate-limit-remaining": "12"}, 12), ({}, None)]
)
def test_what_is_left_is_read(headers: dict[str, str], left: int | None) -> None:
    assert calls_left(headers) == left


def test_processes_of_a_workspace_keep_one_limit_together(opened: Callable[[], Store]) -> None:
    clock = Clock()
    paces = [Pace(opened(), clock=clock, sleep=clock.sleep) for _ in range(3)]
    times = []
    for call in range(95):
        paces[call % 3].wait("api.test", LIMIT)
        times.append(clock.seconds)
    windows = [sum(start <= time < start + LIMIT.seconds for time in times) for start in sorted(set(times))]
    assert max(windows) <= LIMIT.calls
    assert clock.seconds - NOW == pytest.approx(4 * 60, abs=1), "and no longer than it takes"


def test_another_host_or_limit_has_a_window_of_its_own(opened: Callable[[], Store]) -> None:
    clock = Clock()
    pace = Pace(opened(), clock=clock, sleep=clock.sleep)
    for _ in range(LIMIT.calls):
        pace.wait("a.test", LIMIT)
    pace.wait("b.test", LIMIT)
    pace.wait("a.test", Limit("writes", 5, 60.0, "a test"))
    assert clock.seconds == NOW


def test_calls_that_were_not_made_are_given_back(opened: Callable[[], Store]) -> None:
    clock, store = Clock(), opened()
    for _ in range(LIMIT.calls):
        pace = Pace(store, clock=clock, sleep=clock.sleep)
        pace.wait("a.test", LIMIT)
        pace.close()
    assert clock.seconds == NOW


def test_what_one_process_is_told_holds_for_the_others(opened: Callable[[], Store]) -> None:
    clock = Clock()
    told, other = (Pace(opened(), clock=clock, sleep=clock.sleep, patience=100) for _ in range(2))
    told.wait("a.test", LIMIT)
    told.told("a.test", LIMIT, {"retry-after": "500"}, refused=True)
    with pytest.raises(RetryLater) as caught:
        other.wait("a.test", LIMIT)
    assert caught.value.after == pytest.approx(500)


def test_nothing_left_closes_the_limit_before_it_refuses(opened: Callable[[], Store]) -> None:
    clock = Clock()
    pace = Pace(opened(), clock=clock, sleep=clock.sleep)
    pace.wait("a.test", LIMIT)
    pace.told("a.test", LIMIT, {"ratelimit-remaining": "0", "ratelimit-reset": "30"}, refused=False)
    pace.wait("a.test", LIMIT)
    assert clock.seconds == pytest.approx(NOW + 30)


def test_a_clock_set_back_does_not_wait_for_the_old_window(opened: Callable[[], Store]) -> None:
    clock, store = Clock(), opened()
    for _ in range(LIMIT.calls):
        Pace(store, clock=clock, sleep=clock.sleep).wait("a.test", LIMIT)
    clock.seconds -= 86_400
    Pace(store, clock=clock, sleep=clock.sleep).wait("a.test", LIMIT)
    assert clock.seconds == NOW - 86_400
