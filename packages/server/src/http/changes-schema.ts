import { operations } from '@concord/protocol';
import { defaultLimit, defaultTimeoutMs, maxLimit, maxTimeoutMs } from '../feed/changes-query.ts';
import { answersNothing, refusals } from './openapi.ts';

const cursor = { type: 'string', description: 'A place in the feed. Opaque; it never expires.' } as const;

const event = {
  type: 'object',
  required: ['id', 'cursor', 'type', 'timestamp', 'collection', 'record', 'version', 'changed', 'previous', 'actors'],
  properties: {
    id: { type: 'string', description: 'The same on every transport and at every repeat.' },
    cursor: { type: 'string', description: 'The place behind this event: go on from here to get the next one.' },
    type: {
      type: 'string',
      description: '`<collection>.create`, `.update` or `.delete`; of an entry of a log `<collection>.<log>.create` and so on.',
    },
    timestamp: { type: 'string', format: 'date-time' },
    collection: { type: 'string' },
    record: { type: 'string' },
    log: { type: 'string', description: 'The log whose entry it is about: then what follows is about the entry.' },
    seq: { type: 'integer', description: 'The number of the entry.' },
    match: {
      type: 'string',
      enum: ['enter', 'leave'],
      description: 'Only where you may read the record from now on (`enter`), or no more (`leave`, which says nothing else).',
    },
    version: { type: 'integer' },
    changed: { type: 'array', items: { type: 'string' }, description: 'The fields that changed.' },
    previous: { type: 'object', additionalProperties: true, description: 'Their values before; without texts and lists.' },
    actors: { type: 'array', items: { type: 'string' }, description: 'The users whose edits this event sums up.' },
    data: {
      type: 'object',
      additionalProperties: true,
      description: 'The record after the change; on delete, the last one. The entry, where it is about one.',
    },
    truncated: { type: 'boolean', description: 'The event would have been too large: read the record instead.' },
  },
} as const;

const page = {
  type: 'object',
  required: ['results', 'cursor', 'pending', 'pollAfterMs', 'resumed'],
  properties: {
    results: { type: 'array', items: event },
    cursor: { ...cursor, description: 'Where to go on. It moves past what was filtered out.' },
    pending: { type: 'integer', description: 'Events behind `cursor`, of any kind.' },
    pollAfterMs: {
      type: 'integer',
      description: 'Wait this long before the next poll. 0: there is more, or this was a long poll.',
    },
    resumed: {
      type: 'boolean',
      description: 'False when it was not possible to go on exactly: list again, then go on from `cursor`.',
    },
    reset: {
      type: 'string',
      enum: ['epoch', 'access', 'compacted'],
      description:
        'Why: the data was restored or replaced, what you may see has changed, or events that your selection needs were compacted.',
    },
  },
  example: {
    results: [
      {
        id: 'evt_4k2m9x0q00000001h',
        cursor: 'ATRrMm05eDBxqJ0m…',
        type: 'tickets.update',
        timestamp: '2026-11-21T10:00:00.000Z',
        collection: 'tickets',
        record: '42',
        version: 17,
        changed: ['status'],
        previous: { status: 'open' },
        actors: ['alice'],
        data: {
          id: '42',
          version: 17,
          createdAt: '2026-11-20T09:00:00.000Z',
          createdBy: 'alice',
          updatedAt: '2026-11-21T10:00:00.000Z',
          updatedBy: 'alice',
          title: 'The printer is on fire',
          status: 'closed',
        },
      },
    ],
    cursor: 'ATRrMm05eDBxqJ0m…',
    pending: 0,
    pollAfterMs: 500,
    resumed: true,
  },
} as const;

const frames = `retry: 2000

event: resumed
id: ATRrMm05eDBxqJ0m…
data: {"cursor":"ATRrMm05eDBxqJ0m…"}

id: ATRrMm05eDBxqJ0n…
data: {"id":"evt_…","cursor":"ATRrMm05eDBxqJ0n…","type":"tickets.update","…":"…"}

event: heartbeat
id: ATRrMm05eDBxqJ0n…
data: {"cursor":"ATRrMm05eDBxqJ0n…"}

`;

/** What the API's description says of `GET /api/v1/changes`. */
export const changesSchema: object = {
  operationId: 'readChanges',
  summary: 'Read the changes of the account, in order',
  description:
    'One ordered, durable feed of all changes of the account, by poll, long poll or Server-Sent Events. ' +
    'All of them carry the same events and the same cursors: go on with any of them where another one stopped.\n\n' +
    'Keep the `cursor` of what you have worked off and give it as `since`. Every answer says whether it goes on exactly there ' +
    '(`resumed`); where it cannot, `reset` says why: list the records again, then go on from the cursor that came with it.\n\n' +
    'A stream begins with `retry:` and an event `resumed` or `reset`. Changes are unnamed messages; `heartbeat` says that the ' +
    'stream lives and how far it has come; `expired` comes before the end of the token closes the stream.',
  tags: ['changes'],
  querystring: {
    type: 'object',
    properties: {
      since: {
        type: 'string',
        description:
          'A cursor, `0` (the beginning) or `now`. Left out: the beginning, for a stream now. ' +
          'The header `Last-Event-ID`, then the parameter `last-event-id`, go before it.',
        examples: ['0', 'now'],
      },
      'last-event-id': { type: 'string', description: 'As `since`, for clients that cannot set the header.' },
      feed: {
        type: 'string',
        enum: ['poll', 'longpoll', 'sse'],
        default: 'poll',
        description: 'Left out, `Accept: text/event-stream` asks for a stream.',
      },
      timeout: {
        type: 'integer',
        minimum: 0,
        maximum: maxTimeoutMs,
        default: defaultTimeoutMs,
        description: 'Of a long poll, in milliseconds. The answer comes up to a tenth earlier.',
      },
      limit: { type: 'integer', minimum: 1, maximum: maxLimit, default: defaultLimit },
      collections: {
        type: 'array',
        items: {
          type: 'string',
          pattern: `^[a-z][a-zA-Z0-9_]*(\\.[a-z][a-zA-Z0-9_]*)?(:(${operations.join('|')})(,(${operations.join('|')}))*)?$`,
        },
        description:
          'Collections, with operations behind a colon where not all of them are wanted. `rooms.messages` names the entries of a log of a collection. Repeat the parameter for several. Left out: all that you may read.',
        examples: [['tickets'], ['tickets:create,update', 'notes']],
      },
      record: { type: 'string', description: 'Only this record.' },
      filter: {
        type: 'string',
        description: 'Only records that match, in the language of lists. Entries of logs are not filtered.',
        examples: ["status = 'open' and estimate >= 3"],
      },
    },
  },
  response: {
    200: {
      description: 'Always 200, also when nothing has happened. A poll has an `ETag` and `Poll-After-Ms`.',
      content: {
        'application/json': { schema: page },
        'text/event-stream': { schema: { type: 'string', example: frames } },
      },
    },
    304: answersNothing('Nothing has changed since the poll that had this `ETag`. `Poll-After-Ms` says when to ask again.'),
    ...refusals('bad_request', 'invalid_name', 'invalid_filter', 'invalid_cursor', 'not_found', 'store_unavailable'),
  },
};
