"""Sets up, starts and stops a real AT Protocol network on the loopback: npm's dev-env over Debian's PostgreSQL and Redis.

`python tests/atproto/network.py setup FOLDER` installs it once (compiles one native module; needs g++, make, npm); the tests start it.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PORTS = ("PDS", "APPVIEW", "PLC", "OZONE", "INTROSPECT")
PROGRAMS = ("node", "npm", "redis-server", "g++", "make")


def missing() -> list[str]:
    """Programs that are not installed."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return absent if _postgres() else [*absent, "postgresql"]


def setup(folder: Path) -> None:
    """Installs the npm packages into `folder`, as the lock pins them, and makes sure that the native module was built."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    # Headers of Debian's libnode-dev: the compiler's helper would download them otherwise, and from elsewhere than the registry.
    headers = {"npm_config_nodedir": "/usr"} if Path("/usr/include/node/node.h").exists() else {}
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True, env={**os.environ, **headers}
    )
    subprocess.run(["node", "--input-type=commonjs", "-e", "new (require('better-sqlite3'))(':memory:')"], cwd=folder, check=True)


def installed(folder: Path) -> bool:
    """Whether `setup` was here."""
    return (folder / "node_modules" / "@atproto" / "dev-env").is_dir()


def _postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Network:
    """A running network; `ready` says its addresses, accounts (with passwords) and the DIDs of the first account's many followers."""

    packages: Path
    work: Path
    followers: int
    accounts: int
    limited: bool
    ready: dict[str, Any] = field(default_factory=dict)
    _node: "subprocess.Popen[bytes] | None" = None
    _redis: "subprocess.Popen[bytes] | None" = None
    _ports: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Brings everything up; takes 15 to 60 seconds."""
        self.work.mkdir(parents=True, exist_ok=True)
        self._ports = {name: _free_port() for name in (*PORTS, "POSTGRES", "REDIS")}
        self._start_postgres()
        redis = ["redis-server", "--port", str(self._ports["REDIS"]), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._redis = subprocess.Popen(redis, cwd=self.work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.copyfile(HERE / "network.mjs", self.packages / "network.mjs")  # node looks for packages beside the script
        ready = self.work / "ready.json"
        environment = {
            **os.environ,
            **{f"PORT_{name}": str(self._ports[name]) for name in PORTS},
            "DB_POSTGRES_URL": f"postgresql://pg@127.0.0.1:{self._ports['POSTGRES']}/postgres",
            "REDIS_HOST": f"127.0.0.1:{self._ports['REDIS']}",
            "READY_FILE": str(ready), "ACCOUNTS": str(self.accounts), "FOLLOWERS": str(self.followers),
            "LIMITED": "1" if self.limited else "0", "NODE_ENV": "test", "LOG_ENABLED": "false", "TMPDIR": str(self.work),
        }  # fmt: skip
        with (self.work / "node.log").open("wb") as log:
            self._node = subprocess.Popen(
                ["node", "network.mjs"], cwd=self.packages, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(3000):
            if ready.exists():
                self.ready = json.loads(ready.read_text("utf-8"))
                return
            if self._node.poll() is not None:
                break
            time.sleep(0.1)
        tail = (self.work / "node.log").read_text("utf-8", "replace")[-2000:]
        message = f"the AT Protocol network did not come up:\n{tail}"
        raise RuntimeError(message)

    def stop(self) -> None:
        """Ends every process."""
        for process, how in ((self._node, signal.SIGKILL), (self._redis, signal.SIGTERM)):
            if process is not None and process.poll() is None:
                process.send_signal(how)
                process.wait()
        if (self.work / "pg").is_dir():
            self._pg_ctl("stop", "-m", "immediate")

    def freeze(self) -> None:
        """The servers take calls and do not answer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """They answer again."""
        self._signal(signal.SIGCONT)

    def restart_database(self) -> None:
        """PostgreSQL is killed under the AppView and comes back."""
        self._pg_ctl("restart", "-m", "immediate", *self._postgres_options())

    def _signal(self, number: signal.Signals) -> None:
        assert self._node is not None
        self._node.send_signal(number)

    def _start_postgres(self) -> None:
        binaries, data = _postgres(), self.work / "pg"
        assert binaries is not None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.work.chmod(0o755)
            data.mkdir()
            shutil.chown(data, _owner())
        self._as_owner([str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "pg", "--no-sync"])
        self._pg_ctl("start", *self._postgres_options())

    def _postgres_options(self) -> list[str]:
        said = f"-p {self._ports['POSTGRES']} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200"
        return ["-w", "-l", str(self.work / "pg" / "server.log"), "-o", said]

    def _pg_ctl(self, *arguments: str) -> None:
        binaries = _postgres()
        assert binaries is not None
        self._as_owner([str(binaries / "pg_ctl"), "-D", str(self.work / "pg"), *arguments])

    def _as_owner(self, command: list[str]) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run(
            command, check=True, user=_owner(), cwd="/", stdout=quiet, stderr=quiet, stdin=quiet, env={"LC_ALL": "C.UTF-8"}
        )


def _owner() -> str | None:
    return "postgres" if os.geteuid() == 0 and pwd.getpwnam("postgres") else None


if __name__ == "__main__":
    if sys.argv[1:2] != ["setup"] or len(sys.argv) != 3:
        sys.exit("usage: network.py setup FOLDER")
    if absent := missing():
        sys.exit(f"missing: {', '.join(absent)} (Debian: nodejs npm libnode-dev g++ make postgresql redis-server)")
    setup(Path(sys.argv[2]))
