"""A few passwords that stand near the top of every published list of leaked ones, in lower case.

Okta's own list is not public. These are enough to meet its refusal; a scenario adds its own under
`authenticators: {okta_password: {common_passwords: […]}}`.
"""

from __future__ import annotations

# fmt: off
COMMON_PASSWORDS = frozenset((
    "000000", "111111", "112233", "121212", "123123", "123123123", "123321", "1234", "12345", "123456", "1234567",
    "12345678", "123456789", "1234567890", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "654321", "666666",
    "987654321", "aa123456", "aaaaaa", "abc123", "abcd1234", "abcdef", "access", "admin", "admin123", "asdfghjkl",
    "ashley", "bailey", "baseball", "batman", "charlie", "computer", "donald", "dragon", "flower", "football",
    "freedom", "hello", "hello123", "hottie", "iloveyou", "iloveyou1", "jesus", "letmein", "login", "lovely", "loveme",
    "master", "michael", "monkey", "mustang", "nicole", "ninja", "p@ssw0rd", "p@ssword", "pass1234", "passw0rd",
    "password", "password!", "password1", "password1!", "password12", "password123", "password1234", "princess",
    "qazwsx", "qazwsxedc", "qwe123", "qwerty", "qwerty1", "qwerty12", "qwerty123", "qwertyuiop", "shadow", "solo",
    "starwars", "sunshine", "superman", "test1234", "trustno1", "welcome", "welcome1", "welcome123", "whatever",
    "zaq12wsx", "zxcvbnm",
))
# fmt: on
