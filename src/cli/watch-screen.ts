import type { WatchScreen } from '../app/watch.ts';
import type { Incident } from '../model/watch.ts';
import { count } from '../reason/watch/words.ts';
import { visible } from '../report/escape.ts';
import {
  addTo,
  changeText,
  emptyTally,
  incidentRecord,
  incidentText,
  inOrder,
  minuteOf,
  signalRecord,
  tallyText,
} from '../report/watch.ts';
import { wantsColor } from './answer.ts';

/** Incidents that are over and still shown at the end. */
const MOST_OVER = 10_000;

/**
 * Shows a watch: a line for each minute in which something was read and for what becomes of an incident; on a terminal also what the
 * minute has come to so far, which is written over. `once`: the incidents at the end. Notes go to standard error.
 */
export function watchScreen(json: boolean, once: boolean) {
  const look = { color: wantsColor(process.stdout, process.env) };
  const live = !once && !json && process.stdout.isTTY === true;
  const open = new Map<string, Incident>();
  const over = new Map<string, Incident>();
  let tally = emptyTally();
  let status = false;

  const out = (text: string, stream: NodeJS.WritableStream = process.stdout): void => {
    if (status) process.stdout.write('\r\x1b[2K');
    status = false;
    stream.write(`${text}\n`);
  };
  const note = (text: string): void => out(`sshwhy: ${visible(text)}`, process.stderr);

  const parts: WatchScreen = {
    onNote: note,
    onSignals(signals) {
      if (json) for (const one of signals) process.stdout.write(signalRecord(one));
    },
    onChange(change) {
      const { incident, kind } = change;
      (kind === 'closed' ? over : open).set(incident.id, incident);
      if (kind === 'closed') open.delete(incident.id);
      if (over.size > MOST_OVER || (!once && over.size > 0)) over.delete(over.keys().next().value ?? '');
      if (json) process.stdout.write(incidentRecord(incident, kind));
      else if (!once) out(`${minuteOf(Date.now())}  ${changeText(change, look)}`);
    },
    onBatch(batch) {
      addTo(tally, batch);
      if (!live || batch.lines.all === 0) return;
      process.stdout.write(`\r\x1b[2K${tallyText(tally, [...open.values()])}`);
      status = true;
    },
    onMinute(minute) {
      if (once) return;
      if (!json && tally.lines > 0) out(`${minuteOf(minute)}  ${tallyText(tally, [...open.values()])}`);
      tally = emptyTally();
    },
  };

  return {
    parts,
    note,
    /** What is open when the watch is over. */
    end(last: readonly Incident[]): void {
      if (status) process.stdout.write('\n');
      if (!once || json) return;
      for (const one of [...inOrder(last), ...inOrder([...over.values()])])
        process.stdout.write(`${incidentText(one, look)}\n`);
      const ended = over.size === 0 ? '' : `, ${over.size} over`;
      process.stdout.write(`${count(tally.lines, 'line')}: ${tallyText(tally, last)}${ended}\n`);
    },
  };
}
