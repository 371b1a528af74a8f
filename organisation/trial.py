"""The organisation's folder as it would be with one file changed: a folder of links to what it is."""

from pathlib import Path


def as_if(folder: Path, place: Path, file: str, text: str, *, alone: bool = False) -> Path:
    """`file` (`on-call.yaml`, `policies/support.yaml`) is `text` there. Returns `place`.

    With `alone` there are no other files beside it in its own folder below the organisation's.
    """
    changed = place / file
    _link(folder, place, without=file.partition("/")[0])
    if "/" in file:
        changed.parent.mkdir()
        if not alone:
            _link(folder / changed.parent.name, changed.parent, without=changed.name)
    changed.write_text(text, encoding="utf-8")
    return place


def _link(folder: Path, place: Path, without: str) -> None:
    for path in folder.iterdir():
        if path.name != without:
            (place / path.name).symlink_to(path.resolve())
