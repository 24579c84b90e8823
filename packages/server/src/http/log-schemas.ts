import { namePatterns } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';

const time = { type: 'string', format: 'date-time' } as const;
const user = { type: 'string', description: "A user's id." } as const;
const seq = { type: 'integer', minimum: 1 } as const;

const attachment = {
  type: 'object',
  required: ['id', 'name', 'type', 'size'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    type: { type: 'string', description: 'A media type, told by the bytes where they tell it.' },
    size: { type: 'integer', description: 'Bytes.' },
    width: { type: 'integer' },
    height: { type: 'integer' },
  },
} as const;

const entry = {
  $id: 'LogEntry',
  title: 'LogEntry',
  type: 'object',
  required: ['id', 'seq', 'version', 'author', 'authorName', 'at', 'text'],
  properties: {
    id: { type: 'string', pattern: namePatterns.record.source },
    seq: { ...seq, description: 'The place in the log: dense from 1.' },
    version: { type: 'integer', minimum: 1, description: 'Rises by one at each change of the entry.' },
    author: { type: 'string', description: "A user's id, or `system`." },
    authorName: { type: 'string', description: 'As the author was called then.' },
    at: time,
    text: {
      type: 'string',
      description: 'Plain text with `<@user>` for people and `<#collection/record>` for records. Empty once it is deleted.',
    },
    replyTo: {
      type: 'object',
      description: 'The entry that began the thread which this one is in.',
      required: ['id', 'seq'],
      properties: { id: { type: 'string' }, seq },
    },
    mentions: {
      type: 'array',
      description: 'Whom and what the text names.',
      items: {
        anyOf: [
          { type: 'object', required: ['user'], properties: { user } },
          {
            type: 'object',
            required: ['collection', 'record'],
            properties: { collection: { type: 'string' }, record: { type: 'string' } },
          },
        ],
      },
    },
    attachments: { type: 'array', items: attachment },
    reactions: {
      type: 'object',
      description: 'Who has reacted with which emoji.',
      additionalProperties: { type: 'array', items: user },
    },
    thread: {
      type: 'object',
      description: 'Of an entry that began a thread: its replies that are not deleted.',
      required: ['count', 'lastSeq', 'lastAt', 'authors'],
      properties: { count: { type: 'integer' }, lastSeq: seq, lastAt: time, authors: { type: 'array', items: user } },
    },
    pinnedAt: time,
    pinnedBy: user,
    editedAt: time,
    deletedAt: { ...time, description: 'Set on a tombstone, which keeps its place.' },
    deletedBy: user,
    system: {
      type: 'object',
      description: 'What the server notes here; `text` says the same in English.',
      required: ['type', 'by'],
      properties: {
        type: { enum: ['changed', 'joined', 'left', 'role', 'pinned', 'unpinned'] },
        by: user,
        field: { type: 'string' },
        value: {},
        user,
        role: { type: 'string' },
        seq,
      },
    },
  },
} as const;

/** To be called once, before the routes of logs are added. */
export function addLogSchemas(scope: FastifyInstance): void {
  scope.addSchema(entry);
}

const reference = { $ref: 'LogEntry#' } as const;

export interface LogSchemas {
  readonly entry: object;
  readonly page: object;
  readonly searchPage: object;
  readonly attachment: object;
  readonly input: object;
  readonly amendment: object;
  readonly query: object;
}

export const logSchemas: LogSchemas = {
  entry: reference,
  page: {
    type: 'object',
    required: ['items', 'head', 'hasBefore', 'hasAfter', 'may'],
    properties: {
      items: { type: 'array', items: reference, description: 'In their order.' },
      head: { type: 'integer', minimum: 0, description: "The number of the log's last entry; 0 where there is none." },
      hasBefore: { type: 'boolean', description: 'There are older ones that fit.' },
      hasAfter: { type: 'boolean', description: 'There are newer ones that fit.' },
      may: {
        type: 'object',
        description: 'What you may do here, as the record is.',
        required: ['write', 'moderate'],
        properties: {
          write: { type: 'boolean', description: 'Post, react, and change or delete what is your own.' },
          moderate: { type: 'boolean', description: 'Pin, and delete what others have written, without slow mode.' },
        },
      },
    },
  },
  searchPage: {
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', items: reference, description: 'The newest first.' },
      before: { ...seq, description: 'Of the next page, which may be there also where this one is empty.' },
    },
  },
  attachment,
  input: {
    type: 'object',
    additionalProperties: false,
    properties: {
      id: {
        type: 'string',
        pattern: namePatterns.record.source,
        description: 'Who sends the same one twice has sent it once. Made by the server where it is left out.',
      },
      text: { type: 'string' },
      replyTo: { type: 'string', description: 'The id of an entry. A reply to a reply goes to the thread that it is in.' },
      attachments: { type: 'array', items: { type: 'string' }, description: 'Ids of uploaded files.' },
    },
  },
  amendment: {
    description: 'Another text, or whether it is pinned.',
    oneOf: [
      { type: 'object', required: ['text'], additionalProperties: false, properties: { text: { type: 'string' } } },
      { type: 'object', required: ['pinned'], additionalProperties: false, properties: { pinned: { type: 'boolean' } } },
    ],
  },
  query: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      before: { ...seq, description: 'Those below that number, the nearest.' },
      after: { type: 'integer', minimum: 0, description: 'Those above that number, the nearest.' },
      around: { ...seq, description: 'Those below and from that number on.' },
      thread: { ...seq, description: 'Only the replies to the entry of that number.' },
      pinned: { type: 'boolean', description: 'Only what is pinned.' },
      query: {
        type: 'string',
        description:
          'A search: up to eight words, all of which an entry has to have, of the last one the beginning. With `limit`, up to 100, and `before` alone.',
      },
    },
  },
};

/** Of the routes of one log, of one entry, and of one reaction. */
export function logParams(...names: readonly ('id' | 'entry' | 'emoji' | 'file')[]): object {
  const pattern = { type: 'string', pattern: namePatterns.record.source };
  const all = {
    id: pattern,
    entry: { ...pattern, description: 'The id of an entry.' },
    emoji: { type: 'string' },
    file: { type: 'string' },
  };
  return { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, all[name]])) };
}
