"""The front door: what there is to make is in workflow/Snakefile, which other workflows take as a module."""


include: "workflow/Snakefile"
