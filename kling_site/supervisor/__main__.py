"""`python -m kling_site.supervisor`: what `script/server` runs once the environment is there."""

import os
import sys
import time
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import DatabaseError

from kling_site.supervisor import health, logs, ports, prepare, rehearsal
from kling_site.supervisor.prepare import Refused
from kling_site.supervisor.process import Process
from kling_site.supervisor.program import programs
from kling_site.supervisor.rehearsal import SANDBOX_HOST
from kling_site.supervisor.supervisor import Supervisor
from kling_site.web import address_of

ANSWER_SECONDS = 60.0
"""How long the web server may take to answer for the first time."""
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""What listens on all addresses is opened here at the loopback one."""


def main() -> None:
    """Start everything and stay until it is to end. One sentence and status 1 when it cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kling_site.settings")
    # Like a worker, this process has no use for a connection pool.
    os.environ["IN_WORKER"] = "true"
    # What is written from here on, people's clips and password hashes among it, is for this user's eyes only.
    os.umask(0o077)
    try:
        django.setup()
        serve()
    except (Refused, ImproperlyConfigured, CommandError) as error:
        sys.exit(f"Cannot start: {error}")
    except DatabaseError as error:
        sys.exit(f"Cannot start: the database says: {' '.join(str(error).split())}")
    except OSError as error:
        sys.exit(f"Cannot start: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def serve() -> None:
    """Prepare, run, end. Raises Refused, and whatever the preparing raises."""
    prepare.check()
    with prepare.lock(settings.VAR_DIR / "server.lock") as held:
        sandbox_port = _choose_ports()
        prepare.leave_notice(held, _notice(sandbox_port))
        accounts = prepare.bring_up_to_date()
        supervisor = Supervisor(_processes(sandbox_port), say, _stuck_clusters)
        try:
            _wait_for_answer(supervisor)
            if not supervisor.stopping:
                say(_welcome(accounts))
            supervisor.run()
            say("Ending; an order that is just being sent is let finish, within a minute.")
        finally:
            supervisor.stop()
    say("Ended.")


def say(text: str) -> None:
    """Write a line to the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _choose_ports() -> int | None:
    """Check that PORT is free; return the sandbox's port, or None when it is not needed. Raises Refused."""
    host, port = settings.HOST, settings.PORT
    try:
        is_free = ports.is_free(host, port)
    except OSError as error:
        raise Refused(f"HOST={host} is no address of this machine ({error.strerror}).") from error
    if not is_free:
        raise Refused(f"port {port} on {host} is in use. Stop what uses it, or set PORT to another one.")
    if not settings.REHEARSAL or os.environ.get("MAGNIFIC_BASE_URL"):
        return None
    return ports.next_free(SANDBOX_HOST, port + 1)


def _url() -> str:
    """The address to open here, whatever a proxy may publish."""
    address = address_of(settings.HOST)
    host = ANY_ADDRESS.get(address, address)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def _notice(sandbox_port: int | None) -> dict[str, str | int]:
    sandbox = f"http://{SANDBOX_HOST}:{sandbox_port}" if sandbox_port else ""
    return {"pid": os.getpid(), "url": _url(), "sandbox": sandbox}


def _processes(sandbox_port: int | None) -> list[Process]:
    environment = {**os.environ, "VAR_DIR": str(settings.VAR_DIR)}
    if sandbox_port:
        environment |= rehearsal.environment(sandbox_port, _url())
    make = partial(Process, environment=environment, directory=settings.BASE_DIR)
    directory = settings.VAR_DIR / "logs"
    return [make(program, log=directory / f"{program.name}.log") for program in programs(sandbox_port)]


def _ask_health() -> dict[str, Any] | None:
    allowed = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "*"
    known_as = settings.HOST if allowed == "*" else allowed.lstrip(".")
    return health.ask(address_of(settings.HOST), settings.PORT, known_as)


def _stuck_clusters() -> set[str]:
    return health.stuck_clusters(_ask_health())


def _wait_for_answer(supervisor: Supervisor) -> None:
    """Run until the web server answers. Raises Refused, with the end of its log, when it does not."""
    deadline = time.monotonic() + ANSWER_SECONDS
    answers: list[bool] = []

    def settled() -> bool:
        answers.append(_ask_health() is not None)
        return answers[-1] or time.monotonic() > deadline

    supervisor.run(until=settled)
    if not supervisor.stopping and not answers[-1]:
        log = settings.VAR_DIR / "logs" / "web.log"
        raise Refused(f"the web server does not answer. The end of {log}:\n{logs.tail(log)}")


def _welcome(accounts: str) -> str:
    mode = "Rehearsal: no clip is paid for." if settings.REHEARSAL else "Live: every clip is paid for."
    here = f"Kling 4K Studio serves at {_url()}. {mode}"
    rest = f"Logs are in {settings.VAR_DIR / 'logs'}. Ctrl-C ends everything."
    return "\n".join(filter(None, [here, accounts, rest]))


if __name__ == "__main__":
    main()
