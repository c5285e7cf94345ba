"""Reports of a run: for people, for machines, for CI systems."""
