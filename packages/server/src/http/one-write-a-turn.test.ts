import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { oneWriteATurn } from './one-write-a-turn.ts';

/** A stream, and what leaves it. */
function recorder(): { readonly stream: Writable; readonly writes: string[] } {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join('+'));
      done();
    },
  });
  return { stream, writes };
}

function write(stream: Writable, text: string): void {
  oneWriteATurn(stream);
  stream.write(text);
}

it('joins what is written to a stream within a turn, and holds back nothing longer', async () => {
  const [one, other] = [recorder(), recorder()];
  write(one.stream, 'a');
  write(other.stream, 'b');
  await Promise.resolve();
  write(one.stream, 'c');
  expect(one.writes).toEqual([]);
  await turn();
  expect(one.writes).toEqual(['a+c']);
  expect(other.writes).toEqual(['b']);
  write(one.stream, 'd');
  await turn();
  expect(one.writes).toEqual(['a+c', 'd']);
});

it('counts what is held back, and ends with it', async () => {
  const { stream, writes } = recorder();
  write(stream, 'abc');
  expect(stream.writableLength).toBe(3);
  stream.end('d');
  expect(writes).toEqual(['abc+d']);
  await turn();
});
