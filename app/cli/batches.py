"""Many files: folders gone through, files scored side by side, in the order they were named."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from app.cli.options import CannotRun
from app.cli.scored_files import ScoredFile, scored_file

READ = (".xlsx", ".docx", ".pdf", ".txt", ".json")
# Fewer files are done before other processes have started; two readers' children run meanwhile.
FEW = 24
AT_ONCE = 2
CHUNK = 4


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named, by name; raises CannotRun for an empty one.

    Hidden files, the lock files of office programs and other kinds of files are passed over.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [item for item in sorted(path.rglob("*")) if _is_read(item, path)]
        if not inside:
            kinds = "、".join(READ)
            raise CannotRun(f"{path}：文件夹中没有可以读取的文件（{kinds}）。")
        found += inside
    return found


def _is_read(item: Path, folder: Path) -> bool:
    names = item.relative_to(folder).parts
    hidden = any(name.startswith((".", "~$")) for name in names)
    return not hidden and item.suffix.lower() in READ and item.is_file()


def scored_files(paths: Sequence[Path], standard: str, edition: str) -> Iterator[ScoredFile]:
    """Each file read and scored, in the given order; a bar on a terminal shows how far it is."""
    work = partial(scored_file, standard=standard, edition=edition)
    with _executor(len(paths)) as pool:
        done = pool.map(work, paths, chunksize=CHUNK)
        yield from tqdm(done, total=len(paths), unit="个文件", disable=None, leave=False)


def _executor(many: int) -> Executor:
    """Threads for a few files; for more, processes that share one loading of the program."""
    if many < FEW:
        return ThreadPoolExecutor(AT_ONCE)
    context = get_context("forkserver")
    context.set_forkserver_preload(["app.cli.scored_files"])
    return ProcessPoolExecutor(os.cpu_count(), mp_context=context)
