"""What can be set from outside: one table that feeds the command line, the environment and the documentation.

Every field of `Config` has an option, a variable `MOCK_OKTA_<FIELD>` and a sentence. What is given wins over the
environment, the environment over the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from mock_okta.errors import ConfigError

PREFIX = "MOCK_OKTA_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
DEFAULT_PORT = 6582
"""Spells OKTA on a telephone, and leaves 3000, 5000, 8000 and 8080 to the app under test."""

CA_FILE = "mock-okta-ca.pem"
"""The certificate that clients have to trust, in the folder of the test CA."""

WILDCARD_HOSTS = frozenset({"0.0.0.0", "::", ""})


def _setting(default: Any, about: str, *flags: str, secret: bool = False) -> Any:
    """A field with the sentence that explains it and the options that set it, the short ones first."""
    return field(default=default, repr=not secret, metadata={"about": about, "flags": flags})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How one server runs. Raises ConfigError if the values can't go together."""

    host: str = _setting("127.0.0.1", "Address to listen on.", "-H", "--host")
    port: int = _setting(DEFAULT_PORT, "Port to listen on; 0 takes a free one.", "-p", "--port")
    https: bool = _setting(False, "Serve https with a certificate of a test CA made for this run.", "--https")
    ca_dir: str | None = _setting(None, "Folder for the test CA's file (default: a new temporary one).", "--ca-dir")
    base_url: str | None = _setting(
        None, "Origin to advertise, e.g. https://okta.test (default: the one each client used).", "--base-url"
    )
    trust_proxy: bool = _setting(
        False, "Take scheme, host and address from the X-Forwarded headers of one proxy.", "--trust-proxy"
    )
    control_token: str | None = _setting(
        None, "Bearer token that the control API then demands, and answers from any address.", "--control-token",
        secret=True,
    )  # fmt: skip
    seed: str | None = _setting(
        None, "Makes handles, codes and tokens the same in every run (default: others after each start).", "--seed"
    )
    store: str = _setting("memory", "Where tenants are kept: only `memory` so far.", "--store")
    workers: int = _setting(1, "Worker processes; more than one needs a store that they share.", "--workers")
    max_body_bytes: int = _setting(1_048_576, "Longest request body; a longer one is answered 413.", "--max-body-bytes")
    max_json_depth: int = _setting(64, "Deepest JSON body; a deeper one is answered 400.", "--max-json-depth")
    max_tenants: int = _setting(1000, "Most tenants at a time; one more is answered 429.", "--max-tenants")
    max_connections: int = _setting(
        900, "Most connections at a time; for one more, the one idle longest is closed.", "--max-connections"
    )
    max_records: int = _setting(
        25_000, "Sign-ins, grants, tokens, sessions and so on that a tenant remembers of each kind.", "--max-records"
    )
    tenant_mib: int = _setting(64, "Mebibytes that what one tenant remembers may take.", "--tenant-mib")
    journal_length: int = _setting(1000, "Exchanges that each tenant's journal keeps.", "--journal-length")
    journal_mib: int = _setting(64, "Mebibytes that all journals together may take.", "--journal-mib")

    def __post_init__(self) -> None:
        _check_store(self.store, self.workers)
        _check_base_url(self.base_url)
        _check_control_token(self.control_token)
        if self.seed == "":
            raise ConfigError("seed is empty; leave it out, and nobody can tell what will be drawn")
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"port is {self.port}; ports are 0 to 65535")
        for row in fields(self):
            value = getattr(self, row.name)
            if type(value) is int and value < 1 and row.name != "port":
                raise ConfigError(f"{row.name} is {value}; it must be at least 1")

    @property
    def is_open(self) -> bool:
        """Whether machines other than this one can reach the server, as far as the address tells."""
        return self.host in WILDCARD_HOSTS or not is_loopback(self.host)


def host_of(config: Config) -> str:
    """The host by which this machine reaches the server, as it stands in an address."""
    host = config.host.strip("[]")
    return "127.0.0.1" if host in WILDCARD_HOSTS else f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine: `localhost`, what is below it, 127.0.0.0/8, ::1."""
    name = host.strip("[]").lower().removesuffix(".")
    if name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost"):
        return True
    import ipaddress  # late: the names above are nearly all that is ever asked for

    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def read_config(given: Mapping[str, Any], environment: Mapping[str, str]) -> Config:
    """The configuration from what was given (None: not given), then the environment, then the defaults.

    Raises: ConfigError for an unknown name, or a variable that can't be read
    """
    values = {name: value for name, value in given.items() if value is not None}
    known = {row.name: row for row in fields(Config)}
    for name in values.keys() - known.keys():
        raise ConfigError(f"there is no setting {name!r}; there are {', '.join(known)}")
    for name, row in known.items():
        variable = PREFIX + name.upper()
        if name not in values and environment.get(variable):
            values[name] = _read(variable, environment[variable], kind_of(row))
    return Config(**values)


def kind_of(row: Field[Any]) -> type:
    """`bool`, `int` or `str`: what a setting holds when it is set."""
    return _KINDS[str(row.type)]


_KINDS = {"bool": bool, "int": int, "str": str, "str | None": str}
"""By the annotation of the field, which is a text."""


def _read(variable: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() in YES | NO:
            return text.lower() in YES
        raise ConfigError(f"{variable} is {text!r}; it can be 1 or 0, true or false, yes or no, on or off")
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ConfigError(f"{variable} is {text!r}; it must be a whole number") from None
    return text


def _check_store(store: str, workers: int) -> None:
    if store != "memory":
        raise ConfigError(f"store is {store!r}; only 'memory' can be had so far")
    if workers > 1:
        raise ConfigError(
            f"workers is {workers}, but the memory store lives in one process: with several, a sign-in begun in one"
            " would be unknown to the next. Leave --workers at 1."
        )


def _check_base_url(base_url: str | None) -> None:
    if base_url is None:
        return
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018  reading it is the check: a port that is no number raises
    except ValueError:
        raise ConfigError(f"base_url is {base_url!r}, which is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ConfigError(
            f"base_url is {base_url!r}; it must be scheme, host and port alone, e.g. https://okta.test:8443,"
            " because clients find /idp/idx at the origin of the issuer"
        )


def _check_control_token(token: str | None) -> None:
    if token is None:
        return
    if not token:
        raise ConfigError("control_token is empty; leave it out, and the control API answers this machine only")
    if not (token.isascii() and token.isprintable()) or token != token.strip():
        raise ConfigError("control_token must be ASCII without spaces around it: it is sent in a header")


def settings_table() -> str:
    """All settings as a Markdown table, for the documentation."""
    lines = ["| option | variable | default | what it does |", "|---|---|---|---|"]
    for row in fields(Config):
        flags = ", ".join(f"`{flag}`" for flag in row.metadata["flags"])
        default = "" if row.default in (None, False) else f"`{row.default}`"
        lines.append(f"| {flags} | `{PREFIX}{row.name.upper()}` | {default} | {row.metadata['about']} |")
    return "\n".join(lines)
