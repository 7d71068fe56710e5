"""The style of a drawing: quiet lines, text in the page's colour, light and dark."""

STYLE = """
.workflow-diagram{--d-ink:var(--ink,#1d2733);--d-soft:var(--soft,#5b6875);--d-line:var(--line,#8a97a5);
--d-paper:var(--paper,#fff);--d-box:var(--box,#f6f8fa);--d-accent:var(--accent,#0b62b8);
--d-good:var(--good,#2b7a4b);--d-late:var(--late,#b3372b);color:var(--d-ink);
font-family:"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
@media (prefers-color-scheme:dark){.workflow-diagram{--d-ink:var(--ink,#e3e9ef);
--d-soft:var(--soft,#9fabb8);--d-line:var(--line,#6d7a88);--d-paper:var(--paper,#14191f);
--d-box:var(--box,#1e252d);--d-accent:var(--accent,#6cb2f5);--d-good:var(--good,#6fc493);
--d-late:var(--late,#f08c7f)}}
.workflow-diagram .paper{fill:var(--d-paper)}
.workflow-diagram text{fill:currentColor}
.workflow-diagram .step text{paint-order:stroke;stroke:var(--d-paper);stroke-width:4px;
stroke-linejoin:round}
.workflow-diagram .name,.workflow-diagram .heading{font-weight:600}
.workflow-diagram .role,.workflow-diagram .other,.workflow-diagram .age{fill:var(--d-soft)}
.workflow-diagram .frame{fill:var(--d-box);stroke:var(--d-line);stroke-width:1.2}
.workflow-diagram .end .frame{fill:none}
.workflow-diagram .end:is(.settled,.done) .frame{stroke:var(--d-good);stroke-width:1.8}
.workflow-diagram .end:is(.settled,.done) .icon{stroke:var(--d-good)}
.workflow-diagram .end:is(.void,.withdrawn) .frame{stroke-dasharray:2 3}
.workflow-diagram .rule{stroke:var(--d-line);stroke-width:.7;opacity:.6}
.workflow-diagram .icon{fill:none;stroke:var(--d-soft);stroke-width:1.2;stroke-linecap:round;
stroke-linejoin:round}
.workflow-diagram .dashed{stroke-dasharray:2 2}
.workflow-diagram .line{fill:none;stroke:var(--d-line);stroke-width:1.4}
.workflow-diagram .head,.workflow-diagram .dot{fill:var(--d-line)}
.workflow-diagram .clock .line{stroke-dasharray:5 4}
.workflow-diagram .escalation .line{stroke-dasharray:4 4}
.workflow-diagram .rung{fill:none;stroke:var(--d-line);stroke-dasharray:4 4}
.workflow-diagram .taken .line{stroke:var(--d-accent);stroke-width:2.6}
.workflow-diagram .taken .head,.workflow-diagram .open .head{fill:var(--d-accent)}
.workflow-diagram .open .line{stroke:var(--d-accent);stroke-width:1.8;stroke-dasharray:7 4}
.workflow-diagram .stay.open text{fill:var(--d-accent);font-weight:600}
.workflow-diagram .passed .frame{stroke:var(--d-accent);stroke-width:1.8}
.workflow-diagram .now .frame{stroke:var(--d-accent);stroke-width:3}
.workflow-diagram .aside{opacity:.55}
.workflow-diagram .badge{fill:var(--d-ink)}
.workflow-diagram .count{fill:var(--d-paper);font-weight:600}
.workflow-diagram .track{stroke:var(--d-line);stroke-width:3;opacity:.35;stroke-linecap:round}
.workflow-diagram .late{stroke:var(--d-late);stroke-width:3;stroke-linecap:round}
""".strip()
