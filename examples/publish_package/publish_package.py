"""Steps for an index of Python packages: what it has, by digests, and bringing files there."""

import re
from collections.abc import Generator
from pathlib import Path

from runbook_lib import Address, Api, Conflict, Made, Refused, Service, Settings, check, step

LINK = re.compile(r'#sha256=([0-9a-f]{64})"[^>]*>([^<]+)</a>')  # peps.python.org/pep-0503
ASK = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"


class IndexSettings(Settings):
    """Where pip reads (https://pypi.org/simple), and where twine brings files to."""

    url: Address
    upload: Address
    user: str = "__token__"
    secret_variable: str = "INDEX_TOKEN"


class Index(Service):
    """An index that pip installs from, and twine uploads to."""

    settings: IndexSettings

    def missing(self, package: str, built: Made) -> list[Path]:
        """The files that the index has not got; raises `Conflict` for others of their names."""
        page = Api("Index", self.settings.url, None).send("GET", package, "", may_act=False)
        if page.status_code not in (200, 404):
            raise Refused(f"expected a page at {page.url}, it answers {page.status_code}")
        there = {name: digest for digest, name in LINK.findall(page.text)}
        if page.status_code == 200 and not there:
            raise Refused(f"expected files of {package} at {page.url}, found a page without any")
        wanted = {path: one.digest for path, one in zip(built.paths, built.files, strict=True)}
        other = [path.name for path in wanted if there.get(path.name, wanted[path]) != wanted[path]]
        if other:
            raise Conflict(f"{page.url} has another {', '.join(other)}: publish a new version")
        return [path for path in wanted if path.name not in there]

    @check
    def check_free(self, package: str, built: Made) -> str:
        """Check that the index has nothing else under the names of these files."""
        return f"{len(self.missing(package, built))} of {len(built.files)} files are to be uploaded"

    @step
    def upload(self, package: str, built: Made) -> Generator[str, None, str]:
        """Bring those of the files to the index that it has not got."""
        missing = self.missing(package, built)
        if missing:
            yield f"upload {', '.join(path.name for path in missing)} to {self.settings.upload}"
            built.check_unchanged()
            command = ["twine", "upload", "--non-interactive", "--disable-progress-bar"]
            command += ["--repository-url", self.settings.upload, *map(str, missing)]
            login = {"TWINE_USERNAME": self.settings.user, "TWINE_PASSWORD": self.secret}
            self.run.program(command, may_act=True, environment=login, limit=600)
        return f"{self.settings.url}/{package}/ has {', '.join(path.name for path in built.paths)}"

    @check
    def check_installed(self, python: str, package: str, version: str, installed: Made) -> str:
        """Check which version of a package an environment says that it has."""
        found = self.run.program([python, "-c", ASK, package], folder=installed.folder)
        if found != version:
            raise Refused(f"expected {package} {version}, it says that it is {found}")
        return f"{package} {found} is installed"
