import json

from mock_okta_conformance.walks.masks import masked

EXCHANGES = [
    {
        "request": {
            "method": "POST",
            "url": "http://localhost/idp/idx/challenge/answer",
            "headers": {"content-type": "application/json", "cookie": "DT=device-cookie-1; other=x"},
            "body": {"credentials": {"passcode": "Abcd1234!"}, "stateHandle": "02.id.x"},
        },
        "response": {
            "status": 200,
            "headers": {"x-rate-limit-reset": "1700000000"},
            "body": {
                "successWithInteractionCode": {
                    "value": [
                        {"name": "grant_type", "value": "interaction_code"},
                        {"name": "interaction_code", "required": True, "value": "code-canary-1"},
                        {"name": "client_secret", "required": True},
                    ]
                }
            },
        },
        "transaction": "02.id.x",
    },
    {
        "request": {
            "method": "POST",
            "url": "http://localhost/oauth2/x/v1/token?hint=secret-canary-1",
            "headers": {"Authorization": "Basic c2VjcmV0LWNhbmFyeQ=="},
            "body": {
                "code_verifier": "verifier-canary",
                "client_secret": "secret-canary-1",
                "interaction_code": "code-canary-1",
            },
        },
        "response": {"status": 200, "headers": {}, "body": {"access_token": "access-canary", "expires_in": 3600}},
    },
    {
        "request": {
            "method": "GET",
            "url": "http://x/userinfo",
            "headers": {"authorization": "Bearer access-canary"},
            "body": None,
        },
        "response": {"status": 500, "headers": {}, "body": "cut: access-canary Abcd1234!"},
    },
    {
        "request": {
            "method": "POST",
            "url": "http://x/a",
            "headers": {},
            "body": {"credentials": {"passcode": "000000", "n": 123456}},
        },
        "response": {"status": 401, "headers": {}, "body": None},
    },
]


def types(value):
    if isinstance(value, dict):
        return {name: types(member) for name, member in value.items()}
    return [types(member) for member in value] if isinstance(value, list) else type(value).__name__


def test_no_secret_is_left_wherever_it_stood():
    text = json.dumps(masked(EXCHANGES), ensure_ascii=False)
    assert "canary" not in text
    assert "Abcd1234!" not in text
    assert "c2VjcmV0" not in text
    assert '"passcode": "‹passcode›"' in text
    assert "Bearer ‹access_token›" in text


def test_the_shape_stays_as_it_was():
    assert types(masked(EXCHANGES)) == types(EXCHANGES)


def test_what_is_not_secret_stays_as_it_was():
    lines = masked(EXCHANGES)
    assert lines[0]["transaction"] == "02.id.x"
    assert lines[0]["request"]["body"]["stateHandle"] == "02.id.x"
    assert lines[0]["response"]["headers"] == {"x-rate-limit-reset": "1700000000"}
    assert lines[0]["response"]["body"]["successWithInteractionCode"]["value"][0]["value"] == "interaction_code"
    assert lines[1]["response"]["body"]["expires_in"] == 3600


def test_codes_are_taken_out_of_their_own_place_only():
    body = masked(EXCHANGES)[3]["request"]["body"]
    assert body == {"credentials": {"passcode": "‹passcode›", "n": 0}}
