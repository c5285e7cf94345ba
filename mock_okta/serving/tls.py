"""A test CA for `--https`: made anew for every run, so that nobody has to guard a key that machines trust for good."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from mock_okta.config import CA_FILE, WILDCARD_HOSTS, Config
from mock_okta.errors import ConfigError

LOCAL_NAMES = ("localhost", "*.localhost", "127.0.0.1", "::1")


def secure(config: Config, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A context for the server with a certificate for its names, and the file of the CA that clients have to trust.

    Raises: ConfigError if the file can't be written
    """
    import trustme  # late: it brings cryptography, which serving http does not need at the start

    authority = trustme.CA(organization_name="mock-okta", organization_unit_name="Test CA, made for one run")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    authority.issue_cert(*names_of(config)).configure_cert(context)
    ca_file = folder / CA_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        authority.cert_pem.write_to_path(str(ca_file))
    except OSError as error:
        raise ConfigError(f"cannot write the CA's certificate to {str(ca_file)!r}: {error.strerror}") from error
    return context, ca_file.absolute()


def names_of(config: Config) -> tuple[str, ...]:
    """The names under which clients reach the server, as far as the configuration tells."""
    names = list(LOCAL_NAMES)
    if config.host not in WILDCARD_HOSTS:
        names.append(config.host.strip("[]"))
    else:
        names.append(socket.gethostname())
    if config.base_url is not None:
        names.append(urlsplit(config.base_url).hostname or "")
    return tuple(dict.fromkeys(name for name in names if name))
