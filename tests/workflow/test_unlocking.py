"""The locks of a folder are Snakemake's: no start and no plan of ours removes one."""


def test_a_lock_stays_until_it_is_removed_by_hand(finished):
    lock = finished.folder / ".snakemake/locks/0.output.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("results/figures/cvpr2019/confusion.pdf\n")
    configured = ("--configfile", "config/smoke.yaml")
    touch = ("--touch", "--cores", "1", *configured, "--", "figures")
    assert finished.snakemake("-n", *configured).returncode == 0
    refused = finished.snakemake(*touch)
    assert refused.returncode == 1
    assert "--unlock" in refused.stdout + refused.stderr
    assert lock.exists()
    assert finished.snakemake("--unlock", *configured).returncode == 0
    done = finished.snakemake(*touch)
    assert done.returncode == 0, done.stderr
