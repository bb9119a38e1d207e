"""What is kept on disk, in one encrypted database. No HTTP, no devices, no Qt.

Start with ``Store(path, load_or_create_key(key_path))``; ``Outbox``, ``Intents`` and ``Snapshots``
are views on that store, ``Sync`` is the thread that empties the outbox. Every exception let out
is a ``CacheError`` (errors.py).
"""
