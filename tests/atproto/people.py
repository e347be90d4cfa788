"""People of the AT Protocol network of these tests who write at the PDS, and waiting until the AppView shows it."""

import time
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.atproto.network import Network


class Account:
    """Somebody who writes records at the PDS."""

    def __init__(self, pds: httpx.Client, account: dict[str, str]) -> None:
        self.pds, self.did = pds, account["did"]
        said = {"identifier": account["handle"], "password": account["password"]}
        token = pds.post("/xrpc/com.atproto.server.createSession", json=said).json()["accessJwt"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def follow(self, did: str) -> str:
        """Returns the record's key."""
        return self.write("app.bsky.graph.follow", subject=did)["uri"].rsplit("/", 1)[-1]

    def unfollow(self, rkey: str) -> None:
        self._call("deleteRecord", collection="app.bsky.graph.follow", rkey=rkey)

    def write(self, collection: str, **said: Any) -> dict[str, str]:
        """Returns uri and cid of a new record, made now unless it says when."""
        record = {"$type": collection, "createdAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"), **said}
        answer = self._call("createRecord", collection=collection, record=record)
        return {"uri": answer["uri"], "cid": answer["cid"]}

    def _call(self, method: str, **said: Any) -> Any:
        answer = self.pds.post(f"/xrpc/com.atproto.repo.{method}", json={"repo": self.did, **said}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


def seen(network: Network, method: str, params: dict[str, str], key: str, expected: int) -> list[dict[str, Any]]:
    """What the AppView lists, once it lists so many."""
    found: list[dict[str, Any]] = []
    for _ in range(100):
        answer = httpx.get(f"{network.ready['appview']}/xrpc/{method}", params=params)
        found = answer.json().get(key, []) if answer.status_code == 200 else []
        if len(found) == expected:
            break
        time.sleep(0.1)
    return found
