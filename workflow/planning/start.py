"""The configuration as the workflow takes it: laid over the defaults and checked."""

import sys

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay
from planning import checkout, configuration


def take(config, files=None):
    """Complete a configuration in place. A mistake ends with one line on standard error and exit code 2.

    `files` are those that it was read from; None in a job, which may run where a folder of photographs that it does
    not need is not to be seen.
    """
    try:
        configuration.check_checkout(checkout.ROOT)
        configuration.check_keys(files or [])
        whole = overlay.complete(texts.of_file(checkout.own(overlay.DEFAULTS)), config)
        config.clear()
        config.update(whole)
        configuration.check_form(config)
        configuration.check(config)
        if files is not None:
            configuration.check_files(config)
    except UserError as error:
        print(f"configuration: {error}", file=sys.stderr)
        raise SystemExit(2) from None
