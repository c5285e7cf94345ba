"""`mock-okta env`: the settings of a running server's tenant, for the clients that are to use it."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click

from mock_okta.config import CA_FILE, DEFAULT_PORT, Config, host_of, read_config
from mock_okta.environment import environment_of
from mock_okta.errors import ConfigError

TIMEOUT_S = 10.0
PAUSE_S = 0.05


@click.command()
@click.option("--url", envvar="MOCK_OKTA_URL", help=f"Where it answers.  [default: http://127.0.0.1:{DEFAULT_PORT}]")
@click.option("--tenant", default="default", show_default=True, help="The tenant to print the settings of.")
@click.option(
    "--format", "form", type=click.Choice(["shell", "dotenv", "json", "org"]), default="shell", show_default=True,
    help="Shell exports, a .env file, JSON, or the YAML profile that `conform server --org` reads.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--ca-file", help="The CA that the server printed, if it serves https.")
@click.option(
    "--wait", "wait_s", metavar="SECONDS", type=click.FloatRange(min=0), default=0.0,
    help="Wait so long for a server that is just starting.",
)  # fmt: skip
@click.option("--control-token", envvar="MOCK_OKTA_CONTROL_TOKEN", help="The server's control token, if it has one.")
def command(
    url: str | None,
    tenant: str,
    form: str,
    as_json: bool,
    ca_file: str | None,
    wait_s: float,
    control_token: str | None,
) -> None:
    """Print the settings that client libraries read.

    Use it as `eval "$(mock-okta env)"`, or `mock-okta env --format dotenv > .env`. The server has to be running, or
    with --wait to be starting. When there is nothing to print, shell exports are `false`, so that `eval` fails too.
    """
    form = "json" if as_json else form
    try:
        started_with = read_config({}, os.environ)
        base = (url or default_url(started_with)).rstrip("/")
        ca_file = ca_file or _default_ca_file(base, started_with)
        described = fetch_tenant(base, tenant, ca_file=ca_file, token=control_token, wait_s=wait_s)
    except ConfigError:
        if form == "shell":
            click.echo("false")
        raise
    click.echo(FORMATS[form](described, ca_file))


def default_url(config: Config) -> str:
    """Where `mock-okta serve` answers, given the same environment."""
    return f"{'https' if config.https else 'http'}://{host_of(config)}:{config.port}"


def _default_ca_file(base: str, config: Config) -> str | None:
    """The file that `mock-okta serve --https` wrote, given the same environment."""
    if not base.startswith("https") or config.ca_dir is None:
        return None
    return str((Path(config.ca_dir) / CA_FILE).absolute())


def fetch_tenant(
    base: str, tenant: str, *, ca_file: str | None, token: str | None, wait_s: float = 0.0
) -> dict[str, Any]:
    """What the control API of a running server says of a tenant.

    wait_s: how long it may take until somebody answers
    Raises: ConfigError if nobody does, or refuses
    """
    if urlsplit(base).scheme not in ("http", "https"):
        raise ConfigError(f"{base!r} is no http or https address")
    deadline = time.monotonic() + wait_s
    while True:
        try:
            described: dict[str, Any] = json.loads(_fetch(base, tenant, ca_file, token))
            return described
        except urllib.error.HTTPError as error:
            raise ConfigError(f"the server at {base} refuses: {_reason(error)}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if not _may_yet_answer(reason) or time.monotonic() >= deadline:
                raise ConfigError(f"no mock-okta answers at {base}: {reason}; {_hint(reason)}") from error
        time.sleep(PAUSE_S)


def _fetch(base: str, tenant: str, ca_file: str | None, token: str | None) -> bytes:
    request = urllib.request.Request(f"{base}/__mock__/tenants/{quote(tenant, safe='')}")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    # No proxy: the server is next to us, and the reply holds passwords.
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if base.startswith("https"):
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))
    with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_S) as response:
        body: bytes = response.read()
        return body


def _may_yet_answer(reason: object) -> bool:
    """Whether a server that is starting looks like that: it does not listen, or has not yet written its CA."""
    return isinstance(reason, (ConnectionRefusedError, FileNotFoundError))


def _hint(reason: object) -> str:
    match reason:
        case FileNotFoundError():
            return "there is no such CA file; --ca-file wants the one that `mock-okta serve --https` printed"
        case ssl.SSLCertVerificationError():
            return "--ca-file FILE makes it trusted, the file that `mock-okta serve --https` printed"
        case ssl.SSLError():
            return "does it serve http? Then the --url begins with http://"
        case http.client.HTTPException() | ConnectionResetError():
            return "does it serve https? Then the --url begins with https://"
        case _:
            return "start one with `mock-okta serve`"


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        message = json.load(error)["message"]
    except (ValueError, KeyError, TypeError):
        message = error.reason
    return f"{error.code} {message}"


def _as_shell(tenant: Mapping[str, Any], ca_file: str | None) -> str:
    variables = environment_of(tenant, ca_file=ca_file)
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _as_dotenv(tenant: Mapping[str, Any], ca_file: str | None) -> str:
    variables = environment_of(tenant, ca_file=ca_file)
    return "\n".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in variables.items())


def _as_json(tenant: Mapping[str, Any], ca_file: str | None) -> str:
    document = {**tenant, "ca_file": ca_file, "environment": environment_of(tenant, ca_file=ca_file)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _as_org_profile(tenant: Mapping[str, Any], ca_file: str | None) -> str:
    """The profile from which `conform server --org FILE` knows an org; of several apps of a type, the first."""
    import yaml  # late: no other format needs it

    origin, _, id = tenant["issuer"].partition("/oauth2/")
    clients: dict[str, dict[str, str]] = {}
    for app in tenant["apps"]:
        members = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        members["redirect_uri"] = next(iter(app["redirect_uris"]), None)
        if members["redirect_uri"] is not None:
            clients.setdefault(app["type"], {name: value for name, value in members.items() if value is not None})
    profile = {
        "issuer": tenant["issuer"],
        "clients": clients,
        "users": [
            {"login": user["login"], "password": user["password"], "email": user["profile"].get("email", user["login"])}
            for user in tenant["users"]
            if user["password"] is not None and user["status"] == "ACTIVE"
        ],
        "outbox": {"control": f"{origin}/__mock__/tenants/{id}"},
    } | ({"ca_file": ca_file} if ca_file is not None else {})
    text: str = yaml.safe_dump(profile, sort_keys=False, allow_unicode=True)
    return text.rstrip()


FORMATS: Mapping[str, Callable[[Mapping[str, Any], str | None], str]] = {
    "shell": _as_shell,
    "dotenv": _as_dotenv,
    "json": _as_json,
    "org": _as_org_profile,
}
