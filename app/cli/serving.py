"""Commands that put a database and a server up: serve, demo."""

import argparse
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import uvicorn
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app import logs, uploads
from app.cli.options import CannotRun, Commands
from app.db.session import make_engine, migrate, writing
from app.main import create_app
from app.services import accounts, audit, demo, setup
from app.settings import LOOPBACK, Settings, from_environment

# Published in the README: a database that accepts it must not be served in earnest.
DEMO_KEY = "demo-key"
NOT_STARTED = 2
SETUP = "还没有账号：请在 24 小时内打开 {} ，用一次性口令 {} 建立第一位系统管理员。"


def add_to(commands: Commands) -> None:
    """Offer serve and demo."""
    command = commands.add("serve", serve, "迁移数据库并提供服务，按 Ctrl-C 停止")
    command.choices.add_argument(
        "--demo", action="store_true", help="演示模式：首次启动时载入演示数据，只在本机提供服务"
    )
    command.choices.add_argument("--host", default=LOOPBACK, metavar="地址", help="监听的地址")
    command.choices.add_argument(
        "--port", type=port_number, metavar="端口", help="端口，0 为任选；不写时用 PORT 或 8000"
    )
    commands.add("demo", load_demo, "把演示数据载入所配置的数据库（须是空的）")


def port_number(text: str) -> int:
    """A port as typed; 0 lets the machine choose."""
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"端口应是 0 到 65535 的整数，现在是 {text}")
    return int(text)


class Server(uvicorn.Server):
    """A server that tells the person at the terminal where to look, once it answers there."""

    def __init__(self, settings: Settings) -> None:
        # One process and no access log: docs/operators.md says why.
        config = uvicorn.Config(
            create_app(settings), log_config=None, access_log=False, server_header=False
        )
        super().__init__(config)
        self.note = "（演示模式：账号 filler，密码 demo-2024）" if settings.demo else ""
        self.setup_token = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            print(f"jixiao 已在 http://{host}:{port} 提供服务 {self.note}".rstrip(), flush=True)
            if self.setup_token:
                # To the terminal and never to the log: it is shown this once.
                print(SETUP.format(f"http://{host}:{port}/setup", self.setup_token), flush=True)


def serve(options: argparse.Namespace) -> int:
    """Bring the database up to date and serve until interrupted."""
    settings = from_environment(demo=options.demo)
    port = settings.port if options.port is None else options.port
    settings = replace(settings, host=options.host, port=port)
    logs.configure()
    with listening(settings) as listener:
        refuse_demo_data(settings)
        server = Server(settings)
        server.setup_token = setup_token(settings)
        with suppress(KeyboardInterrupt):  # raised again once the server has wound up
            server.run(sockets=[listener])
    return 0 if server.started else NOT_STARTED


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket on the settings' address, taken before anything else is begun."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise CannotRun(
                f"不能在 {place} 上提供服务（{error.strerror}）：请停下占用它的程序，或换一个端口。"
            ) from error
        yield listener


def refuse_demo_data(settings: Settings) -> None:
    """Outside demo mode, raise CannotRun for a database whose accounts everybody knows."""
    with database(settings) as session:
        if not settings.demo and accounts.actor_of_key(session, DEMO_KEY) is not None:
            raise CannotRun(
                "数据库中是演示数据，其密码和密钥是公开的：请为正式使用另设空的数据目录"
                "（JIXIAO_DATA_DIR），或用 --demo 在本机打开。"
            )


def setup_token(settings: Settings) -> str:
    """Outside demo mode, a new one-time token as long as nobody has an account; else nothing."""
    if settings.demo:
        return ""
    with database(settings) as session:
        return setup.new_token(session, datetime.now(UTC))


def load_demo(_: argparse.Namespace) -> int:
    """Load the demo data; a second time changes nothing."""
    settings = from_environment(demo=True)
    with database(settings) as session:
        demo.load(session, datetime.now(UTC), uploads.store(settings))
        if accounts.actor_of_key(session, DEMO_KEY) is None:
            raise CannotRun("数据库中已有正式数据，没有载入演示数据：请另设空的数据目录。")
    print("演示数据已载入，用 jixiao serve --demo 打开。")
    return 0


@contextmanager
def database(settings: Settings) -> Iterator[Session]:
    """One transaction in the configured database, its schema brought up to date first."""
    engine = make_engine(settings.database_url)
    try:
        migrate(engine)
        with writing(engine) as session:
            audit.begin(session, datetime.now(UTC), settings.audit_hash)
            yield session
    except OperationalError as error:
        mend = "请核对 JIXIAO_DATABASE_URL 或 JIXIAO_DATA_DIR，以及读写权限。"
        raise CannotRun(f"数据库打不开（{error.orig}）：{mend}") from error
    finally:
        engine.dispose()
