"""The simulated platform: the same from one seed, with the truth that its people give."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from cli.demo.casting import TEN
from cli.demo.flow import PERSONA
from cli.demo.generator import Platform, Sizes
from cli.demo.people import REAL, ZOMBIE
from cli.demo.showing import STORIES_ZH, spearman
from cli.demo.world import PHRASES, TOPICS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = Sizes(people=1_500, ten_sample=80, other_sample=40, base_sample=100)


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform(7, SMALL)


@pytest.fixture(scope="module")
def files(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    platform.write(folder, NOW)
    return folder


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_seed_is_one_platform(files: Path, tmp_path: Path) -> None:
    Platform(7, SMALL).write(tmp_path, NOW)
    for path in sorted(files.iterdir()):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_another_seed_is_another_platform(files: Path, tmp_path: Path) -> None:
    Platform(8, SMALL).write(tmp_path, NOW)
    assert (files / "posts.csv").read_bytes() != (tmp_path / "posts.csv").read_bytes()


def test_sixty_candidates_of_which_ten_are_of_equal_size(platform: Platform, files: Path) -> None:
    assert len(read(files / "candidates.csv")) == 60
    assert {platform.total(place) for place in range(10)} == {500_000}
    assert [truth.one_of_ten for truth in platform.truths()].count(True) == 10


def test_one_of_the_ten_is_far_ahead(platform: Platform) -> None:
    shares = sorted((truth.share for truth in platform.truths() if truth.one_of_ten), reverse=True)
    assert platform.truths()[0].share == shares[0]
    assert shares[0] > 1.3 * shares[1]


def test_the_truth_is_what_a_large_sample_of_the_audience_shows(platform: Platform) -> None:
    rng, people = np.random.default_rng(1), platform.people
    for place, candidate in enumerate(TEN):
        names, parts = list(candidate.audience), np.array(list(candidate.audience.values()))
        group = rng.choice(len(names), size=20_000, p=parts / parts.sum())
        drawn = np.concatenate([rng.choice(platform.pools[name], size=int((group == i).sum())) for i, name in enumerate(names)])
        assert people.fits[drawn].mean() == pytest.approx(platform.truths()[place].share, abs=0.02)


def test_a_complete_list_is_counted(platform: Platform) -> None:
    for place, candidate in enumerate(platform.candidates):
        if candidate.complete:
            assert platform.truths()[place].share == platform.people.fits[platform.followers[place]].mean()
            assert platform.total(place) == len(platform.followers[place])


def test_the_renamed_account_kept_its_old_followers(platform: Platform, files: Path) -> None:
    names = [row["name"] for row in read(files / "accounts.csv") if row["native_id"] == "t02"]
    assert len(names) == 3
    followers = platform.followers[1]
    assert platform.people.woman[followers].mean() < 0.35


def test_the_zombie_ridden_account_is_mostly_zombies(platform: Platform) -> None:
    assert (platform.people.kind[platform.followers[2]] == ZOMBIE).mean() > 0.5


def test_half_of_the_real_people_never_post(platform: Platform, files: Path) -> None:
    authors = {row["author_id"] for row in read(files / "posts.csv")}
    real = [native_id for native_id, kind in zip(platform.ids, platform.people.kind, strict=True) if kind == REAL]
    assert sum(native_id not in authors for native_id in real) / len(real) == pytest.approx(0.49, abs=0.05)


def test_times_lie_before_now_and_within_reach(files: Path) -> None:
    times = [datetime.fromisoformat(row["created_at"]) for row in read(files / "posts.csv")]
    assert max(times) < NOW
    assert min(times) > NOW - timedelta(days=45)


def test_edges_name_accounts_that_exist(files: Path) -> None:
    known = {row["native_id"] for row in read(files / "accounts.csv")}
    for name in ("followers_sample.csv", "followers_complete.csv", "followees.csv"):
        rows = read(files / name)
        assert {row["account_id"] for row in rows} | {row["follower_id"] for row in rows} <= known
        assert len({(row["account_id"], row["follower_id"]) for row in rows}) == len(rows)


def test_the_truth_file_is_beside_and_nothing_else_tells_it(files: Path) -> None:
    truth = json.loads((files / "truth.json").read_text(encoding="utf-8"))
    assert {"native_id", "share", "story"} <= set(truth[0])
    assert all(
        "zombie" not in (files / f"{name}.csv").read_text(encoding="utf-8") for name in ("accounts", "candidates", "attributes")
    )


def test_every_named_account_says_that_it_is_simulated(files: Path) -> None:
    named = [row for row in read(files / "accounts.csv") if not row["native_id"].isdigit() and row["bio"]]
    assert all("模拟账号" in row["bio"] for row in named)


def test_phrases_leave_no_gap_unfilled() -> None:
    for topic in TOPICS:
        assert "{" not in PHRASES[0].format(a=topic.words[0], b=topic.words[1], c=topic.words[2])


def test_agreement_of_orders() -> None:
    assert spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert spearman([3, 2, 1], [10, 20, 30]) == pytest.approx(-1)
    assert spearman([5, 5, 5], [10, 20, 30]) is None


def test_labels_are_of_known_followers_and_mostly_right(platform: Platform, files: Path) -> None:
    labels = read(files / "labels.csv")
    person = {native_id: place for place, native_id in enumerate(platform.ids)}
    known = {person_id for followers in platform.followers for person_id in followers}
    assert {row["label"] for row in labels} == {yaml_name()}
    assert len({row["account_id"] for row in labels}) == len(labels) > 200
    assert {person[row["account_id"]] for row in labels} <= known
    right = [int(row["value"]) == platform.people.fits[person[row["account_id"]]] for row in labels]
    assert 0.95 < np.mean(right) < 1


def yaml_name() -> str:
    return next(line.removeprefix("name: ") for line in PERSONA.splitlines() if line.startswith("name: "))


def test_every_story_is_told_in_chinese() -> None:
    assert {candidate.story for candidate in TEN} == set(STORIES_ZH)
