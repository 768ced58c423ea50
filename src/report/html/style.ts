/** The whole style sheet. Colours keep a contrast of 4.5 : 1 (WCAG 2 AA) in both schemes; nothing is told by colour alone. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--well:#f4f6f8;--good:#1a6b37;--bad:#b3261e;--warn:#7a5200;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e6e8ea;--soft:#a4adb6;--line:#3a4149;--well:#1e2328;--good:#7bd88f;--bad:#ff8a80;--warn:#f2c14e;--link:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;margin:2.25rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1.05rem;line-height:1.35;margin:0 0 .25rem}
h4{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.5rem 0}
a{color:var(--link)}
code,pre{font-family:ui-monospace,monospace;font-size:.9rem;unicode-bidi:isolate}
pre{margin:.25rem 0;padding:.5rem .75rem;background:var(--well);border:1px solid var(--line);border-radius:.25rem;white-space:pre-wrap}
summary{cursor:pointer;padding:.25rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem}
.soft{color:var(--soft)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:.75rem 0}
nav a{display:inline-block;padding:.25rem 0}
.chain{width:100%;height:auto;display:block}
.chain text{fill:var(--ink);font:15px system-ui,sans-serif;text-anchor:middle}
.chain circle{fill:var(--paper);stroke-width:3}
.chain line{stroke:var(--good);stroke-width:3}
.chain line.after{stroke:var(--soft);stroke-dasharray:4 6}
.chain path{stroke:var(--bad);stroke-width:4;fill:none}
.open circle{stroke:var(--good)}.closed circle{stroke:var(--bad)}.degraded circle,.unknown circle{stroke:var(--warn)}.not-reached circle{stroke:var(--soft);stroke-dasharray:3 3}
.gates{list-style:none;margin:0;padding:0}
.gates li{display:grid;grid-template-columns:1.25rem 6.5rem 1fr;gap:0 .5rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
.gates .mark{font-weight:700}
.gates .what{grid-column:3}
.open .mark,.agreed .mark{color:var(--good)}.closed .mark,.none .mark{color:var(--bad)}.degraded .mark,.unknown .mark{color:var(--warn)}.not-reached .mark,.not-needed .mark{color:var(--soft)}
.closed .name{font-weight:700;color:var(--bad)}
article{border:1px solid var(--line);border-left:.35rem solid var(--soft);border-radius:.25rem;padding:.75rem 1rem;margin:0 0 1rem}
article.blocking{border-left-color:var(--bad)}
article.degrading{border-left-color:var(--warn)}
.tag{display:inline-block;border:1px solid currentcolor;border-radius:1rem;padding:0 .6rem;font-size:.85rem;margin-right:.35rem}
.blocking>.facts .role{color:var(--bad)}.degrading>.facts .role{color:var(--warn)}
.seen{list-style:none;margin:0;padding:0}
.seen pre{display:flex;gap:.75rem}
.seen .number{flex:none;color:var(--soft);user-select:none;border-right:1px solid var(--line);padding-right:.6rem}
.fix{margin-top:.75rem;border-top:1px dashed var(--line);padding-top:.5rem}
button{font:inherit;color:var(--ink);background:var(--well);border:1px solid var(--soft);border-radius:.25rem;padding:.35rem .9rem;min-height:2.25rem;cursor:pointer}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);unicode-bidi:isolate;overflow-wrap:break-word}
td ul{margin:.25rem 0 0;padding-left:1.1rem}
.bar{width:100%;height:1.5rem;display:block;margin:.5rem 0}
.bar rect{stroke:var(--paper);stroke-width:1}
.bar .s0{fill:#5b7db1}.bar .s1{fill:#c27c3e}.bar .s2{fill:#5d9b6a}.bar .s3{fill:#9a6fb0}.bar .s4{fill:#b5565a}.bar .s5{fill:#4f9aa5}.bar .s6{fill:#8a8f3c}
.key.bar{display:inline-block;width:.9rem;height:.9rem;vertical-align:-.1rem;margin:0 .4rem 0 0}
footer{margin-top:2.5rem;color:var(--soft);font-size:.9rem}
@media (max-width:40rem){.chain{display:none}.gates li{grid-template-columns:1.25rem 1fr}.gates .what{grid-column:2}article{padding:.6rem .7rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#999;--well:#fff;--good:#1a6b37;--bad:#b3261e;--warn:#7a5200;--link:#000}body{max-width:none;padding:0;font-size:10pt}nav,.skip,button{display:none}article,.gates li,tr,pre{break-inside:avoid}h2,h3,h4,summary{break-after:avoid}.scroll{overflow:visible}details::details-content{display:block;content-visibility:visible;height:auto}}
`;
