"""The kinds of steps that a flow can have: a module a family, each with its `ROWS`; `table` lists them all."""
