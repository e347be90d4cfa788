"""Secrets come from the environment, else from the keyring, and a machine without a keyring has none."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from collectors.secrets import secret


class Held(KeyringBackend):
    """A keyring that holds one secret."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return "from-the-ring" if (service, username) == ("fanfit", "FANFIT_SOME_TOKEN") else None

    def set_password(self, service, username, password) -> None:
        raise NotImplementedError

    def delete_password(self, service, username) -> None:
        raise NotImplementedError


class Missing(Held):
    """No keyring at all."""

    def get_password(self, *_: str) -> str | None:
        raise NoKeyringError


@pytest.fixture
def ring(request: pytest.FixtureRequest):
    before = keyring.get_keyring()
    keyring.set_keyring(request.param())
    yield
    keyring.set_keyring(before)


@pytest.mark.parametrize("ring", [Held], indirect=True)
@pytest.mark.usefixtures("ring")
def test_the_environment_wins_over_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret("FANFIT_SOME_TOKEN") == "from-the-ring"
    monkeypatch.setenv("FANFIT_SOME_TOKEN", "from-the-environment")
    assert secret("FANFIT_SOME_TOKEN") == "from-the-environment"
    assert secret("FANFIT_OTHER_TOKEN") is None


@pytest.mark.parametrize("ring", [Missing], indirect=True)
@pytest.mark.usefixtures("ring")
def test_without_a_keyring_there_is_no_secret_and_no_error() -> None:
    assert secret("FANFIT_SOME_TOKEN") is None
