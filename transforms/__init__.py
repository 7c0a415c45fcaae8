"""The workshop: pure functions on frames, a chunk at a time; no disk, database, clock or environment."""
