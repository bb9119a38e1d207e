"""The core: decides. No Qt anywhere in it."""
