"""The style of the page: system fonts, one column on a phone, headings beside the text on a desk, light, dark, paper.

Colors have names here and nowhere else. The palette keeps its order of lightness, so that it can be read in grey too.
"""

LIGHT = {
    "paper": "#fdfdfb", "panel": "#f5f5f1", "ink": "#15181c", "soft": "#59616b", "line": "#e4e4de",
    "imported": "#0b6a8c", "accepted": "#3f93b5", "skipped": "#7c97a6", "failed": "#bd3a27", "rejected": "#c07f0a",
    "unprocessed": "#858c94", "mark": "#ffffff", "good": "#0b6a8c", "open": "#b07404", "bad": "#bd3a27",
}  # fmt: skip
DARK = {
    "paper": "#111315", "panel": "#1a1d20", "ink": "#eceef0", "soft": "#a0a8b1", "line": "#2c3035",
    "imported": "#45a5cc", "accepted": "#3b88a8", "skipped": "#70848f", "failed": "#ef7860", "rejected": "#dca33c",
    "unprocessed": "#7d848c", "mark": "#111315", "good": "#56b4da", "open": "#e2ab45", "bad": "#f08570",
}  # fmt: skip
_LIGHT, _DARK = (
    ":root{" + "".join(f"--{name}:{value};" for name, value in colors.items()) + "}" for colors in (LIGHT, DARK)
)
_RULES = """
*{box-sizing:border-box;margin:0;padding:0}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:400 1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:66rem;margin:0 auto;padding:clamp(1.75rem,6vw,5rem) clamp(1.25rem,5vw,4rem) 4rem}
svg{display:block;flex:none}
ul,ol{list-style:none}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.meaning,.hint,.where,.lead{color:var(--soft)}

.ending{display:flex;align-items:center;gap:.625rem;font-weight:600}
.sign circle{fill:currentColor}
.sign path{fill:none;stroke:var(--paper);stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.good .sign{color:var(--good)}.open .sign{color:var(--open)}.bad .sign{color:var(--bad)}
h1{font-size:clamp(2rem,1.3rem + 3.2vw,3.5rem);line-height:1.08;letter-spacing:-.03em;font-weight:680;
margin:1.25rem 0 1rem;text-wrap:balance;max-width:18em}
.lead{font-size:clamp(1.0625rem,1rem + .35vw,1.25rem);line-height:1.5;max-width:38em;text-wrap:pretty}
header .facts{margin-top:2rem}

.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));gap:1.25rem 2rem}
.facts.long{grid-template-columns:1fr;gap:1rem}
.facts:not(.long)>div{min-width:0}
dt{font-size:.875rem;color:var(--soft)}
dd ul{display:grid;gap:.25rem}

.picture{margin-top:clamp(2.25rem,5vw,3.5rem)}
.bar{border-radius:.5rem;overflow:hidden}
.block{stroke:var(--paper);stroke-width:2}
.swatch{border-radius:.25rem;overflow:hidden;margin-top:.3125rem}
.swatch .block{stroke:none}
.mark{fill:var(--mark);fill-opacity:.5}
.gap{fill:var(--paper)}
.counts{width:100%;border-collapse:collapse;margin-top:1.25rem}
.label{display:grid;grid-template-columns:auto 1fr;column-gap:.75rem}
.label .meaning{grid-column:2;font-size:.9375rem}
.counts th{text-align:left;font-weight:400;padding:.5rem 0}
.counts td{font-variant-numeric:tabular-nums;text-align:right;vertical-align:top;padding:.5rem 0 .5rem 1rem;
white-space:nowrap;overflow-wrap:normal}
.counts td:last-child{color:var(--soft);width:4.5rem}
.counts tr{border-bottom:1px solid var(--line)}
.counts tfoot tr{border:0}
.counts tfoot th{padding-left:1.625rem;color:var(--soft)}
.word,.counts td:nth-child(2),.message,.figure,dd b,.row b{font-weight:600}
.none .word,.none td:nth-child(2){font-weight:400;color:var(--soft)}
.none .swatch{opacity:.6}

.notes{display:grid;gap:.75rem;margin-top:2rem}
.notes li{background:var(--panel);border-radius:.75rem;padding:1rem 1.25rem}

section{border-top:1px solid var(--line);margin-top:clamp(2.25rem,5vw,3.5rem);padding-top:clamp(1.5rem,3vw,2.25rem)}
h2{font-size:1.125rem;line-height:1.4;font-weight:650;letter-spacing:-.01em;margin-bottom:1.25rem}
section>div>*+*{margin-top:1rem}
.steps{counter-reset:step;display:grid;gap:1.5rem}
.steps>li{counter-increment:step;display:grid;grid-template-columns:1.75rem minmax(0,1fr);row-gap:.75rem}
.steps>li::before{content:counter(step);color:var(--soft);font-weight:600}
.steps>li>*{grid-column:2}
.steps p{max-width:40em;text-wrap:pretty}
.steps>li:only-child{display:block}
.steps>li:only-child::before{content:none}
.steps>li:only-child pre{margin-top:.75rem}
pre{background:var(--panel);border-radius:.625rem;padding:.8125rem 1rem;white-space:pre-wrap;
-webkit-user-select:all;user-select:all;line-height:1.6}
pre code{font-size:.8125rem}

h3{font-size:1rem;font-weight:400}
.reasons+h3{margin-top:2.5rem}
.reasons{display:grid}
.reasons>li{display:grid;gap:.125rem 1.5rem;padding:1.25rem 0;border-top:1px solid var(--line)}
.reasons .figure{font-size:1.375rem;line-height:1.2;letter-spacing:-.01em}
.reasons div>*+*{margin-top:.375rem}
.hint{max-width:40em}
.hint b{font-weight:600}
.where{display:flex;flex-wrap:wrap;gap:.125rem 1.25rem;font-size:.875rem}
.where code{font-size:1em}

.parts{display:grid;gap:2rem}
.parts .bar{border-radius:.1875rem;margin:.5rem 0 .625rem}
.parts .block{stroke-width:1}
.row{display:flex;flex-wrap:wrap;gap:.125rem 1rem;align-items:baseline}
.status{display:flex;align-items:baseline;gap:.4375rem}
.status::before{content:"";width:.5625rem;height:.5625rem;border-radius:50%;background:var(--open)}
.status.good::before{background:var(--good)}
.status.bad::before{background:var(--bad)}
.files{display:grid;gap:.75rem}
.files li{display:grid;gap:.125rem 1.5rem}
.files span{color:var(--soft)}

@media (max-width:39.99rem){
.facts:not(.long){gap:.5rem}
.facts:not(.long)>div{display:grid;grid-template-columns:7.5rem minmax(0,1fr);align-items:baseline}
}
@media (min-width:40rem){
.counts td:last-child{width:6rem}
.label{grid-template-columns:auto 7.5rem 1fr}
.label .meaning{grid-column:3}
.reasons>li{grid-template-columns:4.5rem minmax(0,1fr)}
.files li{grid-template-columns:9.5rem minmax(0,1fr)}
}
@media (min-width:60rem){
section{display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:4rem}
.facts.long>div{display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:1.5rem}
.facts.long dt{font-size:1rem}
}
@media print{
main{max-width:none;padding:0}
html{font-size:10pt}
h1{font-size:24pt}
.bar,.swatch,.sign,.status::before,.notes li,pre{-webkit-print-color-adjust:exact;print-color-adjust:exact}
li,tr,.picture{break-inside:avoid}
h2,h3{break-after:avoid}
}
"""
_FILLS = (
    "".join(
        f".fill-{name}{{fill:var(--{name})}}"
        for name in ("imported", "accepted", "skipped", "failed", "rejected", "unprocessed")
    )
    + ".fill-unaccounted{fill:var(--unprocessed)}"
)
_PATTERNED = "".join(
    f".over-{name}{{fill:url(#pattern-{name})}}"
    for name in ("failed", "rejected", "unprocessed", "unaccounted", "accepted")
)
STYLE = (
    _LIGHT
    + f"@media screen and (prefers-color-scheme:dark){{{_DARK}}}"
    + _RULES
    + _FILLS
    + _PATTERNED
)  # fmt: skip
"""The whole style sheet. It holds nothing from a summary, so its hash in the policy is the same for all pages."""
