"""What tests of forensic networks on other pictures share: which runs, which sets, and their settings."""

from planning import transfer


def tested_sets(wildcards):
    """Tables of the sets of pictures that forensic networks are tested on."""
    return list(transfer.sets(config).values())


def named_sets(wildcards):
    """Those tables with the names of their sets, as the program takes them."""
    return [f"{name}={table}" for name, table in transfer.sets(config).items()]


def transfer_files(root, file):
    """One file of every run that is tested, below a folder with one folder a protocol."""
    parts = [part for _, part in transfer.trained(config)]
    files = [
        f"{root}/{run}/{file}" for part in parts for run in transfer.runs(part, LEARNED)
    ]
    return list(dict.fromkeys(files))


def target_transfer():
    """The table of the tests: nothing, where the configuration asks for none."""
    return ["results/tables/transfer.csv"] if transfer.section(config) else []


def target_transfer_figures():
    """The figure of the tests, likewise."""
    return ["results/figures/transfer/transfer.pdf"] if transfer.section(config) else []


def transfer_settings(wildcards):
    """Settings of a test."""
    return as_json({"windows": transfer.section(config)["windows"]})


def transfer_runs(wildcards):
    """Which runs are tested."""
    return as_json(transfer.described(config, LEARNED))
