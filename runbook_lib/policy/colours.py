"""The colours of what is shown: JupyterLab's own, readable in its light and its dark theme.

They are nearer to its text's than by themselves, 4.5:1 at least (WCAG AA). Elsewhere the second
ones count: drawn near to the page's own text, they are as readable on light ground as on dark.
"""

OF_TEXT = "var(--jp-ui-font-color0, currentcolor)"
GREY = f"color-mix(in srgb, var(--jp-ui-font-color2, #7a7e85) 80%, {OF_TEXT})"
GREEN = f"color-mix(in srgb, var(--jp-success-color0, #309058) 75%, {OF_TEXT})"
BLUE = f"color-mix(in srgb, var(--jp-info-color0, #497ce1) 75%, {OF_TEXT})"
AMBER = f"color-mix(in srgb, var(--jp-warn-color0, #b56f28) 75%, {OF_TEXT})"
RED = f"color-mix(in srgb, var(--jp-error-color1, #de5252) 75%, {OF_TEXT})"

SEA, SKY, LEAF, ORANGE = "#0072b2", "#56b4e9", "#009e73", "#e69f00"
VERMILION, MAUVE, STONE = "#d55e00", "#cc79a7", "#999999"
"""For pictures: told apart by the colour-blind, too, in either theme (Okabe and Ito,
https://jfly.uni-koeln.de/color); and a grey for what is left."""
