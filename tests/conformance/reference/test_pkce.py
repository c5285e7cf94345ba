from mock_okta_conformance.reference.pkce import challenge_of, unguessable


def test_the_challenge_is_that_of_the_rfc():
    # RFC 7636, appendix B
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_256_bits_become_43_characters_without_padding():
    assert unguessable(bytes) == "A" * 43
    asked = []
    unguessable(lambda count: asked.append(count) or b"\xff" * count)
    assert asked == [32]
