"""What a server does not pay for before somebody asks for a token; and the keys it starts with."""

import subprocess
import sys

import pytest
from joserfc.jwk import RSAKey

from mock_okta.engine.base.signing import thumbprint
from mock_okta.keys import development_keys, make_signing_key


def test_the_engine_starts_without_cryptography():
    code = (
        "import sys, mock_okta.engine, mock_okta.keys; mock_okta.keys.development_keys();"
        "print([name for name in ('joserfc', 'cryptography') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("key", [*development_keys(), make_signing_key()], ids=["current", "next", "made"])
def test_a_kid_is_the_thumbprint_of_its_key(key):
    assert key.kid == thumbprint(key.pem) == RSAKey.import_key(key.pem).thumbprint()
    assert len(key.kid) == 43


def test_keys_are_of_2048_bits_and_all_different():
    keys = [*development_keys(), make_signing_key()]
    assert {RSAKey.import_key(key.pem).raw_value.key_size for key in keys} == {2048}
    assert len({key.kid for key in keys}) == 3
