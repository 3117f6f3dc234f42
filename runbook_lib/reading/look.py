"""How a page of a record looks, in light and dark; and what a browser may do with it: nothing."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""No script runs and nothing is loaded, whatever stands in an output."""
STYLE = """
:root { color-scheme: light dark; --line: #d4d7dd; --soft: #f5f6f8; --quiet: #5b6370;
  --jp-success-color0: #15803d; --jp-warn-color0: #b45309; --jp-error-color1: #b91c1c;
  --jp-info-color0: #1d4ed8; --jp-ui-font-color2: #5b6370 }
@media (prefers-color-scheme: dark) { :root { --line: #3a404b; --soft: #23272f; --quiet: #a3abb8;
  --jp-success-color0: #4ade80; --jp-warn-color0: #fbbf24; --jp-error-color1: #f87171;
  --jp-info-color0: #93c5fd; --jp-ui-font-color2: #a3abb8 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3, h4 { line-height: 1.25 }
h2.session { border-top: 3px solid var(--line); padding-top: 1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; font-size: .9em }
td, th { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0;
  overflow-wrap: anywhere }
.facts th { font-weight: 400; color: var(--quiet); white-space: nowrap }
.cell { border-left: 4px solid var(--line); padding-left: .8rem; margin: 1rem 0 }
.cell.done { border-color: var(--jp-success-color0) }
.cell.failed, .cell.unknown { border-color: var(--jp-error-color1) }
.cell.running { border-color: var(--jp-warn-color0) }
.state { font-size: .85em; color: var(--quiet) }
.mark, .doubt { border-left: 4px solid var(--jp-warn-color0); padding-left: .8rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85em; margin: .3rem 0 }
body pre.code { background: var(--soft); padding: .5rem }
.output { contain: paint; overflow: auto; margin: .3rem 0 }
img { max-width: 100% }
@media print { .output, .output * { max-height: none !important; overflow: visible !important } }
"""


def style() -> str:
    """The style sheet of a page."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n{STYLE}"
