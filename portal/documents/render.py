"""A program of its own that draws one page of a file as PNG: ``render.py TYPE FILE PAGE TARGET``.

It is run by ``previews`` in a process with limits, because a file from outside may make a
renderer slow, hungry or crash. It imports nothing of the portal. Prints the number of
pages; exit code 2 means that there is no such page, 3 that the file cannot be drawn.
"""

from __future__ import annotations

import resource
import sys
import warnings

LONGEST_SIDE = 1600
SECONDS = 10
MEMORY = 1536 * 1024 * 1024
OUTPUT = 64 * 1024 * 1024


def main(kind: str, source: str, page: int, target: str) -> int:
    """Draw the page (from 1); returns the exit code."""
    try:
        pages = _pdf(source, page, target) if kind == "pdf" else _image(source, page, target)
    except LookupError:
        return 2
    except Exception as error:  # whatever the libraries raise on a broken file
        print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)
        return 3
    print(pages)
    return 0


def _pdf(source: str, page: int, target: str) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    count = len(document)
    if not 1 <= page <= count:
        raise LookupError(page)
    found = document[page - 1]
    scale = min(LONGEST_SIDE / max(*found.get_size(), 1.0), 2.5)
    image = found.render(scale=scale).to_pil()
    image.convert("RGB").save(target, "PNG", optimize=False)
    return count


def _image(source: str, page: int, target: str) -> int:
    from PIL import Image, ImageOps

    if page != 1:
        raise LookupError(page)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its size was judged at upload
        with Image.open(source, formats=("PNG", "JPEG")) as opened:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # a new image: nothing that was hidden in the file (place, camera) comes along
            clean = Image.new("RGB", turned.size, "white")
            picture = turned.convert("RGBA")
            clean.paste(picture, mask=picture.getchannel("A"))
            clean.save(target, "PNG")
    return 1


def limit() -> None:
    """Bound time, memory and output of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
