"""Turns a docx into a PDF with LibreOffice, in a process of its own within limits; never on the network or its word."""

from __future__ import annotations

import atexit
import io
import os
import shutil
import tempfile
import threading
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from app import apart
from app.errors import Refused

SECONDS: Final = 60
PROCESSOR: Final = 60  # seconds of the processor
MEMORY: Final = 4_000_000_000  # of addresses: LibreOffice claims far more than it uses
LARGEST: Final = 100_000_000  # bytes of a PDF, or of anything else it writes
OFFICES: Final = ("soffice", "libreoffice")

# Where the machine lets nobody take the network away: all there is goes to a port on which nobody listens.
_NOWHERE: Final = {"Name": "127.0.0.1", "Port": "9"}
_SETTINGS: Final = (
    ("Inet/Settings", {"ooInetProxyType": "2", "ooInetNoProxy": ""}),
    ("Inet/Settings", {f"ooInetHTTPProxy{name}": said for name, said in _NOWHERE.items()}),
    ("Inet/Settings", {f"ooInetHTTPSProxy{name}": said for name, said in _NOWHERE.items()}),
    ("Office.Common/Security/Scripting", {"MacroSecurityLevel": "3", "DisableMacrosExecution": "true"}),
    ("Office.Common/Security/Scripting", {"BlockUntrustedRefererLinks": "true", "DisableActiveContent": "true"}),
    ("Office.Writer/Content/Update", {"Link": "0"}),  # never
)

_one_at_a_time = threading.Lock()  # two conversions can't share one profile


def available() -> bool:
    """Whether LibreOffice is installed here."""
    return _office() is not None


def convert(docx: bytes, seconds: float = SECONDS) -> bytes:
    """The PDF of `docx`. Raises Refused: pdf_not_available without LibreOffice, pdf_failed (detail) for the rest."""
    office = _office()
    if office is None:
        raise Refused("pdf_not_available")
    if not zipfile.is_zipfile(io.BytesIO(docx)):
        raise Refused("pdf_failed", detail="not a docx")
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="voorwaarts-pdf-") as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(docx)
        limits = apart.Limits(seconds, PROCESSOR, MEMORY, LARGEST)
        try:
            apart.run([office, *_options(), "--outdir", folder, str(source)], Path(folder), limits)
        except apart.TooLong as fault:
            raise Refused("pdf_failed", detail=f"not ready within {seconds:g} seconds") from fault
        return _proven(source.with_suffix(".pdf"))


def _office() -> str | None:
    return next((found for name in OFFICES if (found := shutil.which(name))), None)


def _options() -> list[str]:
    return [
        f"-env:UserInstallation={_profile(os.getpid()).as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--infilter=MS Word 2007 XML",  # or it prints any text it is given
        "--convert-to",
        "pdf:writer_pdf_Export",
    ]


@lru_cache(maxsize=1)
def _profile(process: int) -> Path:
    """One profile per process, kept between conversions because making one costs a second."""
    folder = Path(tempfile.mkdtemp(prefix=f"voorwaarts-office-{process}-"))
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_settings())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _settings() -> str:
    """No macros, no links, no network, as LibreOffice writes its own settings."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, said in _SETTINGS
        for name, value in said.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return f"{head}{items}</oor:items>"


def _proven(path: Path) -> bytes:
    """LibreOffice says all is well even when nothing was made: look at the file itself."""
    content = path.read_bytes() if path.is_file() else b""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:] or b"/Type/Page" not in content:
        raise Refused("pdf_failed", detail="no pages came out")
    return content
