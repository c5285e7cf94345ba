"""`mock-okta env`: the settings of a running server's tenant, for the clients that are to use it."""

from __future__ import annotations

import json
import os
import shlex
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import click

from mock_okta.config import DEFAULT_PORT
from mock_okta.environment import environment_of
from mock_okta.errors import ConfigError

TIMEOUT_S = 10.0


@click.command()
@click.option("--url", envvar="MOCK_OKTA_URL", help=f"Where it answers.  [default: http://127.0.0.1:{DEFAULT_PORT}]")
@click.option("--tenant", default="default", show_default=True, help="The tenant to print the settings of.")
@click.option(
    "--format", "form", type=click.Choice(["shell", "dotenv", "json", "org"]), default="shell", show_default=True,
    help="Shell exports, a .env file, JSON, or the YAML profile that `conform server --org` reads.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--ca-file", help="The CA that the server printed, if it serves https.")
@click.option("--control-token", envvar="MOCK_OKTA_CONTROL_TOKEN", help="The server's control token, if it has one.")
def command(
    url: str | None, tenant: str, form: str, as_json: bool, ca_file: str | None, control_token: str | None
) -> None:
    """Print the settings that client libraries read.

    Use it as `eval "$(mock-okta env)"`, or `mock-okta env --format dotenv > .env`. The server has to be running.
    """
    base = (url or default_url(os.environ)).rstrip("/")
    described = fetch_tenant(base, tenant, ca_file=ca_file, token=control_token)
    click.echo(FORMATS["json" if as_json else form](described, ca_file))


def default_url(environment: Mapping[str, str]) -> str:
    """Where `mock-okta serve` answers, given the same environment."""
    scheme = "https" if environment.get("MOCK_OKTA_HTTPS") else "http"
    return f"{scheme}://127.0.0.1:{environment.get('MOCK_OKTA_PORT') or DEFAULT_PORT}"


def fetch_tenant(base: str, tenant: str, *, ca_file: str | None, token: str | None) -> dict[str, Any]:
    """What the control API of a running server says of a tenant.

    Raises: ConfigError if nobody answers, or refuses
    """
    request = urllib.request.Request(f"{base}/__mock__/tenants/{quote(tenant, safe='')}")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    if urlsplit(base).scheme not in ("http", "https"):
        raise ConfigError(f"{base!r} is no http or https address")
    try:
        context = ssl.create_default_context(cafile=ca_file) if base.startswith("https") else None
        # No proxy: the server is next to us, and the reply holds passwords.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=context)] if context else [])
        )
        with opener.open(request, timeout=TIMEOUT_S) as response:
            described: dict[str, Any] = json.load(response)
            return described
    except urllib.error.HTTPError as error:
        raise ConfigError(f"the server at {base} refuses: {_reason(error)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ConfigError(f"no mock-okta answers at {base}: {reason}; start one with `mock-okta serve`") from error


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
    """The profile from which `conform server --org FILE` knows the clients, users and outbox of an org."""
    import yaml  # late: no other format needs it

    profile: dict[str, Any] = {"issuer": tenant["issuer"]}
    if ca_file is not None:
        profile["ca_file"] = ca_file
    profile["clients"] = {}
    for app in tenant["apps"]:
        secret = {"client_secret": app["client_secret"]} if app["client_secret"] is not None else {}
        client = {"client_id": app["client_id"], **secret, "redirect_uri": next(iter(app["redirect_uris"]), None)}
        profile["clients"].setdefault(app["type"], client)
    profile["users"] = [
        {"login": user["login"], "password": user["password"], "email": user["profile"].get("email")}
        for user in tenant["users"]
        if user["password"] is not None
    ]
    origin = tenant["issuer"].rpartition("/oauth2/")[0]
    profile["outbox"] = {"control": f"{origin}/__mock__/tenants/{tenant['id']}"}
    text: str = yaml.safe_dump(profile, sort_keys=False, allow_unicode=True)
    return text.rstrip()


FORMATS: Mapping[str, Callable[[Mapping[str, Any], str | None], str]] = {
    "shell": _as_shell,
    "dotenv": _as_dotenv,
    "json": _as_json,
    "org": _as_org_profile,
}
