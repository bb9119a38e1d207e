from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from offline_cache.errors import CacheError, KeyUnusable
from offline_cache.keys import create_key, load_key, load_or_create_key


def test_a_new_key_is_private_random_and_stays(tmp_path: Path) -> None:
    path, other = tmp_path / "key", tmp_path / "other"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_key(path) == key
    assert load_or_create_key(other) != key
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "other"]


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_key(tmp_path / "key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o610])
def test_a_key_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    create_key(path)
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"{mode:04o}"):
        load_or_create_key(path)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_wrong_size_is_refused_and_left_alone(tmp_path: Path, size: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"\x07" * size)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match=f"{size} bytes, 32"):
        load_or_create_key(path)
    assert path.read_bytes() == b"\x07" * size


def test_zeros_links_and_directories_are_refused(tmp_path: Path) -> None:
    zeros, link, folder = tmp_path / "zeros", tmp_path / "link", tmp_path / "folder"
    zeros.write_bytes(bytes(32))
    zeros.chmod(0o600)
    create_key(tmp_path / "key")
    link.symlink_to(tmp_path / "key")
    folder.mkdir(mode=0o700)
    for path in (zeros, link, folder, tmp_path / "absent"):
        with pytest.raises(KeyUnusable, match=path.name):
            load_key(path)


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = load_or_create_key(path)
    create_key(path)
    assert load_key(path) == key


def test_no_directory_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="ENOENT"):
        load_or_create_key(tmp_path / "nowhere" / "key")
