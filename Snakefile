"""The front door: what there is to make is in workflow/Snakefile, which other workflows take as a module."""


include: "workflow/Snakefile"


# Snakemake leaves out what an included file makes by default.
workflow.default_target = "all"
