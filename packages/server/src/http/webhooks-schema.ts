import { namePatterns } from '@concord/protocol';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const given = {
  url: { type: 'string', format: 'uri', description: 'Where to send to: https:// or http://.' },
  name: { ...text, pattern: namePatterns.user.source, description: 'For people.' },
  events: {
    type: ['array', 'null'],
    items: text,
    description:
      'Types to be sent: `tickets.update`, `tickets.*`, `rooms.messages.create`, `webhook.disabled`, `webhook.*`. Null: every change of a record or of an entry of a log.',
  },
  collections: {
    type: ['array', 'null'],
    items: text,
    description: 'As in the feed: `tickets`, `tickets:create,update`, `rooms.messages`. Null: all that its roles may read.',
  },
  filter: { type: ['string', 'null'], description: 'As in the feed; it needs `collections` or `events` of one collection.' },
  roles: {
    type: 'array',
    items: text,
    description: 'What it may read is decided by these. Those of whoever makes it when left out.',
  },
} as const;
const headers = {
  type: 'object',
  additionalProperties: text,
  description: 'What each delivery carries beside its own headers. Only their names are shown afterwards.',
} as const;
const enabled = { type: 'boolean', description: 'False: nothing is sent, and nothing is lost.' } as const;
const reason = { type: 'string', enum: ['manual', 'gone', 'failing'] } as const;

const info = {
  id: text,
  ...given,
  headerNames: { type: 'array', items: text },
  status: { type: 'string', enum: ['enabled', 'disabled'] },
  disabled: {
    type: 'object',
    properties: { reason, since: time },
    description: 'Why nothing is sent: somebody said so, its receiver answered 410, or nothing was taken for five days.',
  },
  failingSince: { ...time, description: 'Since when nothing has been taken.' },
  problem: { ...text, description: 'Why it cannot run, though it is enabled: the config has changed.' },
  cursor: { ...text, description: 'It has been given all events up to there.' },
  pending: { type: 'integer', description: 'Deliveries that are not over.' },
  previousSecretUntil: { ...time, description: 'The secret before the last rotation signs, too, until then.' },
  createdAt: time,
  createdBy: text,
  updatedAt: time,
} as const;
const secret = { ...text, description: 'Verifies what is sent (Standard Webhooks). It is shown only this once.' } as const;

const attempt = {
  type: 'object',
  properties: {
    at: time,
    ms: { type: 'integer' },
    request: {
      type: 'object',
      properties: { url: text, timestamp: { ...text, description: 'Its `webhook-timestamp`.' }, bytes: { type: 'integer' } },
    },
    response: {
      type: 'object',
      properties: {
        status: { type: 'integer' },
        body: { ...text, description: 'Its beginning.' },
        truncated: { type: 'boolean' },
      },
    },
    error: { ...text, description: 'Why it has failed, where the status does not say.' },
  },
} as const;

const states = ['pending', 'delivered', 'dead', 'withheld'] as const;
const delivery = {
  type: 'object',
  properties: {
    id: text,
    state: { type: 'string', enum: ['queued', 'waiting', 'delivered', 'dead', 'withheld'] },
    event: { ...text, description: 'Its `webhook-id`: the id of the event, the same at every attempt and replay.' },
    type: text,
    collection: text,
    record: text,
    replay: { type: 'boolean' },
    createdAt: time,
    nextAttemptAt: time,
    endedAt: time,
    attempts: { type: 'array', items: attempt },
  },
} as const;

const tags = ['webhooks'];
const params = { type: 'object', required: ['id'], properties: { id: text } } as const;
const shown = { type: 'object', properties: info } as const;
const shownWithSecret = { type: 'object', properties: { ...info, secret } } as const;

/** What the API's description says of the webhooks' routes. */
export const webhooksSchemas: Readonly<
  Record<'list' | 'create' | 'get' | 'update' | 'remove' | 'rotate' | 'deliveries' | 'test' | 'replay', object>
> = {
  list: {
    tags,
    summary: 'List the webhooks of the account',
    response: {
      200: answers('The webhooks, without their secrets.', {
        type: 'object',
        required: ['items'],
        properties: { items: { type: 'array', items: shown } },
      }),
      ...refusals('forbidden', 'store_unavailable'),
    },
  },
  create: {
    tags,
    summary: 'Make a webhook',
    description:
      'Every event that it may read and asks for is posted to its URL, signed as Standard Webhooks has it, in order for each ' +
      'record. What is not answered with 2xx within 15 seconds is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.',
    body: {
      type: 'object',
      required: ['url'],
      properties: {
        ...given,
        headers,
        enabled,
        since: { ...text, default: 'now', description: 'Where in the feed it begins: a cursor, `0` or `now`.' },
      },
      additionalProperties: false,
    },
    response: {
      201: answers('The webhook.', shownWithSecret),
      ...refusals(...writeRefusals, 'address_not_allowed', 'invalid_filter', 'invalid_cursor', 'not_found', 'too_many_webhooks'),
    },
  },
  get: {
    tags,
    summary: 'Read a webhook',
    params,
    response: { 200: answers('The webhook.', shown), ...refusals('forbidden', 'not_found', 'store_unavailable') },
  },
  update: {
    tags,
    summary: 'Change, enable or disable a webhook',
    params,
    body: { type: 'object', properties: { ...given, headers, enabled }, additionalProperties: false },
    response: {
      200: answers('The webhook.', shown),
      ...refusals(...writeRefusals, 'address_not_allowed', 'invalid_filter', 'not_found'),
    },
  },
  remove: {
    tags,
    summary: 'Delete a webhook',
    params,
    response: {
      204: answersNothing('Nothing is sent to it any more, and its log is erased.'),
      ...refusals('forbidden', 'not_found', 'commit_unknown', 'store_unavailable'),
    },
  },
  rotate: {
    tags,
    summary: 'Give a webhook another secret',
    description: 'For a day, what is sent is signed with both.',
    params,
    response: {
      200: answers('The webhook.', shownWithSecret),
      ...refusals('forbidden', 'not_found', 'commit_unknown', 'store_unavailable'),
    },
  },
  deliveries: {
    tags,
    summary: 'Read the log of a webhook',
    params,
    querystring: {
      type: 'object',
      properties: {
        status: {
          type: 'string',
          enum: states,
          description:
            'Only those that are not over, were delivered, are dead letters, or were withheld as it may not read them any more.',
        },
        limit: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
        page: { type: 'string', description: 'The `nextPage` of an answer to the same query.' },
      },
    },
    response: {
      200: answers('Its deliveries, the newest first.', {
        type: 'object',
        required: ['items'],
        properties: { items: { type: 'array', items: delivery }, nextPage: { ...text, description: 'Absent on the last page.' } },
      }),
      ...refusals('bad_request', 'forbidden', 'not_found', 'store_unavailable'),
    },
  },
  test: {
    tags,
    summary: 'Send a test message',
    description: 'A message of type `webhook.test`, sent once. What came of it is in the log.',
    params,
    response: {
      202: answers('It is queued.', { type: 'object', properties: { delivery: text } }),
      ...refusals('forbidden', 'not_found', 'webhook_disabled', 'commit_unknown', 'store_unavailable'),
    },
  },
  replay: {
    tags,
    summary: 'Send again',
    description: 'One delivery of the log, or all events of a stretch of the feed: those behind `since`, up to `until` or now.',
    params,
    body: {
      type: 'object',
      properties: {
        delivery: { ...text, description: 'The id of one.' },
        since: { ...text, description: 'A cursor, or `0`.' },
        until: { ...text, description: 'A cursor. Now when left out.' },
      },
      additionalProperties: false,
    },
    response: {
      202: answers('It is queued.', { type: 'object', properties: { delivery: text, until: text } }),
      ...refusals(...writeRefusals, 'invalid_cursor', 'not_found', 'webhook_disabled'),
    },
  },
};

export const deliveryStates: readonly (typeof states)[number][] = states;
