import { describe, expect, it } from 'vitest';
import { createEventStreamParser, type StreamMessage } from './event-stream.ts';

function parse(pieces: Iterable<string>): readonly StreamMessage[] {
  const messages: StreamMessage[] = [];
  const take = createEventStreamParser((message) => messages.push(message));
  for (const piece of pieces) take(piece);
  return messages;
}

describe('an event stream', () => {
  const text = [
    'retry: 1000\n\n',
    ': a comment\n',
    'id: c1\ndata: {"a":1}\n\n',
    'event: heartbeat\r\nid: c2\r\ndata: {}\r\n\r\n',
    'data:no space\rdata:  two\r\r',
    'event: nothing\n\n',
    'data\n\n',
    'data: žluťoučký 🐎\nunknown: x\n\n',
    'data: not over',
  ].join('');
  const expected = [
    { event: '', data: '{"a":1}', id: 'c1' },
    { event: 'heartbeat', data: '{}', id: 'c2' },
    { event: '', data: 'no space\n two', id: undefined },
    { event: '', data: '', id: undefined },
    { event: '', data: 'žluťoučký 🐎', id: undefined },
  ];

  it.each([1, 2, 3, 7, 1000])('is understood in pieces of %d characters', (size) => {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.slice(index * size, (index + 1) * size),
    );
    expect(parse(pieces)).toEqual(expected);
  });

  it('takes empty pieces, also between the two characters that end a line', () => {
    expect(parse(['data: a\r', '', '\n', '', '\r\n'])).toEqual([{ event: '', data: 'a', id: undefined }]);
  });
});
