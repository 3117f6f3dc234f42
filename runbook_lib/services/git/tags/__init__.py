"""Tags: signed ones and lightweight ones, made once and never moved."""
