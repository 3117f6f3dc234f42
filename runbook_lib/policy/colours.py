"""The colours of what is shown: JupyterLab's own, readable in its light and its dark theme.

They are nearer to its text's than by themselves, 4.5:1 at least (WCAG AA); elsewhere the second
ones.
"""

OF_TEXT = "var(--jp-ui-font-color0, currentcolor)"
GREY = f"color-mix(in srgb, var(--jp-ui-font-color2, #6b7280) 80%, {OF_TEXT})"
GREEN = f"color-mix(in srgb, var(--jp-success-color0, #15803d) 75%, {OF_TEXT})"
BLUE = f"color-mix(in srgb, var(--jp-info-color0, #1d4ed8) 75%, {OF_TEXT})"
AMBER = f"color-mix(in srgb, var(--jp-warn-color0, #b45309) 75%, {OF_TEXT})"
RED = f"color-mix(in srgb, var(--jp-error-color1, #b91c1c) 75%, {OF_TEXT})"

SEA, SKY, LEAF, ORANGE = "#0072b2", "#56b4e9", "#009e73", "#e69f00"
VERMILION, MAUVE, STONE = "#d55e00", "#cc79a7", "#999999"
"""For pictures: told apart by the colour-blind, too, in either theme (Okabe and Ito,
https://jfly.uni-koeln.de/color); and a grey for what is left."""
