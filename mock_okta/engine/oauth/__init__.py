"""The authorization server, without HTTP: `endpoints` has a row for each of its endpoints."""
