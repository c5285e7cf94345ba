"""Requirements of servers, one module for each area, and the session that drives an issuer."""
