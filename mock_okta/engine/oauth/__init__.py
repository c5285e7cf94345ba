"""The authorization server, without HTTP: `ENDPOINTS` says what answers each of its endpoints."""

from mock_okta.engine.oauth.endpoints import ENDPOINTS

__all__ = ["ENDPOINTS"]
