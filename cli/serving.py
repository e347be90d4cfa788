"""The command that opens the local page: `open`."""

import socket
import sys
import webbrowser
from importlib.metadata import version
from typing import Annotated

import typer

from cli.options import LangOption
from cli.output import emit, say
from cli.wiring import open_session

TEXTS = {
    "en": {
        "open": "Open this link; it works once and on this machine alone:", "stop": "Ctrl-C ends it.",
        "taken": "port {port} is in use: name another with --port, or leave it out",
    },
    "zh": {"open": "打开这个链接;只能用一次,只在本机有效:", "stop": "按 Ctrl-C 结束。", "taken": "端口 {port} 已被占用:用 --port 换一个,或不指定"},
}  # fmt: skip


def open_page(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine (0: a free one).")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    lang: LangOption = None,
) -> None:
    """Open a page on this machine: drop a planner's workbook, pick the persona, get the ranked list and its files."""
    import uvicorn

    from jobs.code import code_version
    from scoring.arrays import Parameters
    from web.app import make_app
    from web.gate import Keys
    from web.place import Place

    session = open_session(ctx, lang=lang)
    session.require("open")
    settings, texts = session.settings, TEXTS[session.lang]
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        raise typer.BadParameter(texts["taken"].format(port=port), param_hint="--port") from None
    at = listening.getsockname()[1]
    parameters = Parameters(
        seed=settings.seed, k_anonymity=settings.small_cell, min_sample=settings.min_sample, assess_x=bool(settings.x.permission)
    )
    place = Place(
        session.workspace, session.store, parameters, session.now, code_version(), session.lang, settings.timezone or "Asia/Shanghai",
        settings.processes, version("fanfit"),
    )  # fmt: skip
    keys = Keys()
    app = make_app(place, keys, frozenset({f"127.0.0.1:{at}", f"localhost:{at}"}))
    link = f"http://127.0.0.1:{at}/enter/{keys.link}"
    emit(f"{texts['open']}\n{link}")
    sys.stdout.flush()  # a pipe would hold it back until the page is closed
    say(texts["stop"])
    if browser:
        webbrowser.open(link)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listening])
