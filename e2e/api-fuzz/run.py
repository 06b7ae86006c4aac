"""Property-based fuzzing of the Management API from its own OpenAPI document: whatever is sent, no answer is a 5xx.

For each database a new installation is made in a temporary folder, the real binary is started on it, a machine
application is created by the command line, and Schemathesis (in a virtual environment of its own under `target/`)
calls every operation with what the document allows and with what it forbids.

    python3 e2e/api-fuzz/run.py [sqlite] [postgres] [--seconds 60] [--operation CreateRole] [--seed 7]

`PORTICO_BIN` names another binary than the debug build of this clone.
"""

import argparse
import base64
import contextlib
import functools
import glob
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import venv

import entities

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RESOURCE = "https://default.logto.app/api"
START_SECONDS = 120

# Operations that are left out, each with its reason. Everything else is called.
EXCLUDED = {
    "RotateOidcKeys": "two rotations retire the key that signed the token of this run",
    "DeleteOidcKey": "deletes the key that signed the token of this run",
}


def main():
    options = parse_options()
    schemathesis = install()
    failed = [kind for kind in options.databases if not fuzz(kind, schemathesis, options)]
    if failed:
        sys.exit(f"API fuzzing failed on {', '.join(failed)}")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="*", help="sqlite, postgres; both by default")
    parser.add_argument("--seconds", type=int, default=60, help="time for each database")
    parser.add_argument("--examples", type=int, default=10, help="at most this many of each operation in each phase")
    parser.add_argument("--operation", action="append", default=[], help="only this operation id; may be repeated")
    parser.add_argument("--seed", type=int, help="repeats a run")
    options = parser.parse_args()
    options.databases = options.databases or ["sqlite", "postgres"]
    for kind in options.databases:
        if kind not in ("sqlite", "postgres"):
            parser.error(f"unknown database {kind}")
    return options


def install():
    """Schemathesis as `requirements.txt` pins it, installed when that has changed."""
    folder = TARGET / "api-fuzz"
    requirements = (HERE / "requirements.txt").read_text()
    mark = folder / "requirements.txt"
    if not mark.exists() or mark.read_text() != requirements:
        venv.create(folder, clear=True, with_pip=True)
        pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", HERE / "requirements.txt"], check=True)
        mark.write_text(requirements)
    return folder / "bin/schemathesis"


def fuzz(kind, schemathesis, options):
    """Whether all answers of a new installation on this database were as they must be."""
    with contextlib.ExitStack() as cleanup:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="portico-api-fuzz-"))
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        if kind == "sqlite":
            database = f"sqlite://{folder}/portico.db"
        else:
            database = start_postgres(folder / "postgres", cleanup)
        server = Server(folder, database, cleanup)
        token = server.token()
        document = server.document()
        entities.aim(document, entities.make(functools.partial(server.call, token)))
        path = folder / "management.json"
        path.write_text(json.dumps(document))
        started = time.monotonic()
        clean = subprocess.run(command(schemathesis, path, server, token, options), cwd=folder).returncode == 0
        print(f"{kind}: {'no server error' if clean else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        # A run whose token was refused would have tested nothing.
        server.call(token, "GET", "/api/roles")
        panics = server.panics()
        for line in panics:
            print(f"{kind}: {line}")
        return clean and not panics


def command(schemathesis, document, server, token, options):
    flags = [
        "--url", server.core,
        "--header", f"Authorization: Bearer {token}",
        "--checks", "not_a_server_error",
        "--max-time", str(options.seconds),
        "--max-examples", str(options.examples),
        # More are no faster, and on Python 3.11 they trip over each other in the parser of the standard library.
        "--workers", "1",
        "--continue-on-failure",
        "--no-shrink",
        "--no-color",
        "--request-timeout", "30",
        "--suppress-health-check", "all",
        "--warnings", "off",
        "--generation-database", "none",
    ]
    if options.seed is not None:
        flags += ["--seed", str(options.seed)]
    for operation in options.operation:
        flags += ["--include-operation-id", operation]
    for operation in [] if options.operation else EXCLUDED:
        flags += ["--exclude-operation-id", operation]
    return [schemathesis, "--config-file", HERE / "schemathesis.toml", "run", document, *flags]


class Server:
    """The binary, running on a database of its own."""

    def __init__(self, folder, database, cleanup):
        self.folder = folder
        port, admin_port = free_ports(2)
        self.core = f"http://localhost:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DB_URL": database,
            "PORT": str(port),
            "ADMIN_PORT": str(admin_port),
            "BREACHED_PASSWORD_CHECK": "false",
        }
        self.binary = find_binary()
        self.log = folder / "log"
        with open(self.log, "w") as log:
            process = subprocess.Popen([self.binary], cwd=folder, env=self.environment, stdout=log, stderr=log)
        cleanup.callback(process.wait)
        cleanup.callback(process.kill)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"portico did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def answers(self):
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"{self.core}/api/status").status < 300
        return False

    def document(self):
        with urllib.request.urlopen(f"{self.core}/api/.well-known/management.openapi.json") as answer:
            document = json.load(answer)
        known = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
        if unknown := EXCLUDED.keys() - known:
            sys.exit(f"excluded operations that do not exist: {', '.join(unknown)}")
        return document

    def token(self):
        create = ["apps", "create", "--name", "Fuzz", "--type", "MachineToMachine", "--management-api", "--json"]
        made = subprocess.run(
            [self.binary, *create], cwd=self.folder, env=self.environment, check=True, capture_output=True
        )
        application = json.loads(made.stdout)
        basic = base64.b64encode(f"{application['id']}:{application['secret']}".encode()).decode()
        form = {"grant_type": "client_credentials", "resource": RESOURCE, "scope": "all"}
        request = urllib.request.Request(
            f"{self.core}/oidc/token", urllib.parse.urlencode(form).encode(), {"Authorization": f"Basic {basic}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["access_token"]

    def call(self, token, method, path, body=None):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.core}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path} answered {error.code}: {error.read().decode()}")
        return json.loads(text) if text else None

    def panics(self):
        """Panics that the server logged, in handlers and anywhere else."""
        lines = self.log.read_text(errors="replace").splitlines()
        return sorted({line for line in lines if "panicked" in line})


def find_binary():
    if named := os.environ.get("PORTICO_BIN"):
        return pathlib.Path(named).resolve()
    subprocess.run(["cargo", "build", "--quiet", "--bin", "portico"], cwd=ROOT, check=True)
    return TARGET.resolve() / "debug/portico"


def free_ports(count):
    with contextlib.ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def find_postgres():
    """The folder with its programs: on the search path, or the newest where Debian puts them."""
    folders = [*os.environ["PATH"].split(os.pathsep), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    programs = ("initdb", "postgres", "pg_isready", "createdb")
    complete = (pathlib.Path(it) for it in folders if all(os.path.exists(os.path.join(it, name)) for name in programs))
    return next(complete, None)


def start_postgres(folder, cleanup):
    """A cluster of its own, listening on a socket in the folder; returns the URL of a database on it."""
    binaries = find_postgres()
    if binaries is None:
        sys.exit("no PostgreSQL found: install its server, or name only sqlite")
    folder.mkdir()
    as_user = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        folder.parent.chmod(0o755)
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    data = folder / "data"
    initialize = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    quiet = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*as_user, binaries / "initdb", "--pgdata", data, *initialize], check=True, **quiet)
    settings = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    flags = [flag for setting in settings for flag in ("-c", setting)]
    server = subprocess.Popen([*as_user, binaries / "postgres", "-D", data, "-k", folder, *flags], **quiet)
    cleanup.callback(server.wait)
    cleanup.callback(server.terminate)
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run([binaries / "pg_isready", "--quiet", "--host", folder]).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit("PostgreSQL did not start")
        time.sleep(0.1)
    subprocess.run([binaries / "createdb", "--host", folder, "--username=postgres", "portico"], check=True)
    return f"postgres://postgres@{urllib.parse.quote(str(folder), safe='')}/portico"


if __name__ == "__main__":
    main()
