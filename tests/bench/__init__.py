"""The bench: ratios within one run, on data that it makes itself (`make bench`)."""
