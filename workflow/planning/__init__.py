"""What Snakemake needs to know before it plans: a checked configuration, the grid, and which modules a script imports.

Standard library and YAML only: planning must be quick, and knows neither TensorFlow nor the library itself.
"""
