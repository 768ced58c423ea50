import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { lineSink } from '../../src/cli/line-sink.ts';

test('a reader that is slow is listened to once, however many wait for it', async () => {
  const slow = Object.assign(new EventEmitter(), { write: () => false });
  const sink = lineSink(undefined, slow as unknown as NodeJS.WriteStream, true);
  const waiting = Array.from({ length: 50 }, (_, i) => sink.push(`${i}\n`));
  expect(slow.listenerCount('drain')).toBe(1);
  slow.emit('drain');
  await Promise.all(waiting);
  const again = sink.push('again\n');
  expect(slow.listenerCount('drain')).toBe(1);
  slow.emit('drain');
  await again;
});
