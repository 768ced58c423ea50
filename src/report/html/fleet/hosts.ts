import type { FleetSummary } from '../../../model/fleet.ts';
import type { FleetRun, ReportedHost } from '../../../reason/fleet/run.ts';
import { hosts as counted, endpoint, n, OUTCOME_MARK, outcomeWord } from '../../fleet/words.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { fix, seen } from '../causes.ts';

/** Hosts that a page tells one by one. */
export const HOSTS_MAX = 5000;

function found(one: ReportedHost['found'][number], elsewhere: boolean): Markup {
  const { id, verdict, severity, says, evidence = [] } = one;
  return html`
<div class="found"><p>${says} <span class="soft">${(verdict ?? severity) !== undefined && `${verdict ?? severity}: `}<code>${id}</code></span></p>${
    evidence.length > 0 &&
    html`
<ul class="seen">${evidence.map(seen)}
</ul>`
  }${one.fix !== undefined && (elsewhere ? html`<p class="soft">Its fix stands above, at the cause.</p>` : fix(one, 3))}</div>`;
}

function host(one: ReportedHost, run: FleetRun, once: ReadonlySet<string>): Markup {
  const { address, port, outcome, says, server, ms, groups, tags } = one;
  const steps = Object.entries(ms).flatMap(([step, took]) => (took === undefined ? [] : [`${step} ${took} ms`]));
  const facts: Piece[] = [
    `${address} port ${port}`,
    server !== undefined && html`it says <code>${server}</code>`,
    groups.length > 0 && `groups: ${groups.join(', ')}`,
    tags.length > 0 && `tags: ${tags.join(', ')}`,
    steps.length > 0 && steps.join(', '),
    `looked at ${one.at}`,
  ];
  return html`
<details class="host ${outcome}"><summary><span class="mark" aria-hidden="true">${OUTCOME_MARK[outcome]}</span> <b>${endpoint(one)}</b> <span class="soft">${outcomeWord(outcome, run.asked)}</span>${
    one.found.length > 0 && html`: ${says}`
  }</summary>${one.found.length === 0 && html`<p>${says}</p>`}${one.found.map((each) => found(each, once.has(`${each.id} ${each.verdict ?? ''}`)))}
<p class="soft">${facts.filter((fact) => fact !== false).map((fact, at) => [at > 0 && '; ', fact])}.</p></details>`;
}

/** Groups whose one fix is right for all: hosts need not repeat it. */
const fixedOnce = (groups: FleetSummary['groups']): ReadonlySet<string> =>
  new Set(
    groups.flatMap(({ id, verdict, fixes, count }) => (fixes === 1 && count > 1 ? [`${id} ${verdict ?? ''}`] : [])),
  );

/** Each host with what was found there, folded; of very many the worst off. */
export function hosts(run: FleetRun): Piece {
  if (run.hosts.length === 0) return undefined;
  const shown = run.hosts.slice(0, HOSTS_MAX);
  const left = run.hosts.length - shown.length;
  const once = fixedOnce(run.summary.groups);
  return html`${
    left > 0 &&
    html`
<p>These are the ${counted(shown.length)} that are worst off, of ${n(run.hosts.length)}. The other ${n(left)} are counted in all that stands above; <code>sshwhy fleet report RUN.jsonl --group NAME</code> makes a page of a part of them.</p>`
  }
<div data-filtered>${shown.map((one) => host(one, run, once))}
</div>`;
}
