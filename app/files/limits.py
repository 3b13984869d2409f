"""What the reading of one file from outside may use, and what is said when it wants more."""

from dataclasses import dataclass

TOO_SLOW = "这个文件太复杂，规定的时间内读不完。请只留下需要的工作表和行，另存后再上传。"
TOO_LARGE = "这个文件展开后太大，超出了读取的上限。请分成几个较小的文件，再分别上传。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Processor time, time by the clock, memory of the child and size of its answer.

    The clock is wider than the processor time, so that a busy machine refuses no sound file.
    """

    cpu_milliseconds: int = 1500
    seconds: int = 10
    memory_mb: int = 256
    answer_mb: int = 16


LIMITS = Limits()
