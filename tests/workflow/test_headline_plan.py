"""The headline table in the workflow: what it is made from, and when it is planned."""

TABLE = "results/tables/headline.csv"


def test_the_headline_table_is_made_from_the_papers_experiments(checkout):
    jobs = checkout.plan(TABLE)
    assert jobs["tabulate_headline"] == jobs["tabulate_bd_rates"] == jobs["measure_codec_runtime"] == 1
    assert jobs["tabulate_forensics"] == 2
    assert "plot" not in jobs


def test_a_configuration_without_these_experiments_asks_for_none_and_can_still_make_one(checkout):
    def other_names(content):
        for name in ("codec_studies", "transfer", "robustness", "localisation", "attacks"):
            del content[name]
        content["experiments"] = {"mine": content["experiments"]["cvpr2019"]}

    config = checkout.configuration(other_names)
    assert "tabulate_headline" not in checkout.plan("tables", config=config)
    assert checkout.plan(TABLE, config=config) == {"tabulate_headline": 1}


def test_a_claim_that_changes_is_tabulated_anew_and_trains_nothing(finished):
    path = finished.folder / "resources/published/headline.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("over 90 %", "more than 90 %"), encoding="utf-8")
    assert finished.plan() == {"tabulate_headline": 1, "all": 1}
