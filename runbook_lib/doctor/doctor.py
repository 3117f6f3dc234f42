"""All that a doctor looks at for one profile."""

import os
from collections.abc import Iterator
from dataclasses import replace

from runbook_lib.doctor.archive import examine_archive
from runbook_lib.doctor.examining import Examination, examine
from runbook_lib.doctor.jupyter import examine_jupyterlab, examine_kernel
from runbook_lib.doctor.machine import examine_configuration, examine_folder, examine_python
from runbook_lib.doctor.tables import examinations
from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile import SANDBOX
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.services.git.diagnosis import examine_git


def diagnose(profile: str) -> list[Diagnosis]:
    """What this machine has and lacks for a profile; raises `UsageError` for an unknown one.

    The sandbox needs nothing but this machine.
    """
    masking = Masking(environment_secrets(os.environ))
    things = [*of_machine()]
    if profile != SANDBOX:
        things += [*examinations(profile, masking)]
        things.append(Examination("archive", lambda: examine_archive(profile)))
    found = examine(things)
    return [replace(one, found=masking(one.found), mend=masking(one.mend)) for one in found]


def of_machine() -> Iterator[Examination]:
    """What is looked at whatever the profile."""
    looks = {
        "python": examine_python,
        "git": examine_git,
        "data folder": examine_folder,
        "runbook.toml": examine_configuration,
        "JupyterLab": examine_jupyterlab,
        "kernel": examine_kernel,
    }
    return (Examination(of, look) for of, look in looks.items())
