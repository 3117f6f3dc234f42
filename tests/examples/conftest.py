"""What is expected of the examples is compared beside their servers, not by itself."""

collect_ignore_glob = ["expected/*.ipynb"]
