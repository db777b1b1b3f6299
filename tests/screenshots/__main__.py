"""Draws the pictures in screenshots/, or those of them that are named:

python -m tests.screenshots [NAME …]
"""

import asyncio
import sys

from tests.screenshots.drawing import draw, path_of
from tests.screenshots.pictures import PICTURES

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        path_of(name).write_text(asyncio.run(draw(name)), encoding="utf-8")
