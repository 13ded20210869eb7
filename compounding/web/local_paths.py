"""Where a person may be sent on to: pages of this program, and nothing else."""

from urllib.parse import urlsplit


def local_path(told: str) -> str:
    """Where to go on to, if it is a page of this program; else the first page. Nobody is ever sent to another host."""
    parts = urlsplit(told)
    is_plain = all(" " < each <= "~" and each != "\\" for each in told)
    if parts.scheme or parts.netloc or not is_plain or not told.startswith("/") or told.startswith("//"):
        return "/"
    return parts.path
