"""The monthly walk, from the inbox to a release that people see."""
