const place = {
  collection: { type: 'string' },
  record: { type: 'string' },
  log: { type: 'string', description: 'The field that is the log.' },
} as const;

const seq = { type: 'integer', description: 'The number of an entry.' } as const;

const thread = {
  type: 'object',
  required: ['seq', 'readSeq', 'unread', 'mentions'],
  properties: {
    seq: { ...seq, description: 'The entry that began it.' },
    readSeq: seq,
    unread: { type: 'integer' },
    mentions: { type: 'integer' },
  },
} as const;

const item = {
  type: 'object',
  required: ['collection', 'record', 'log', 'head', 'readSeq', 'unread', 'mentions', 'threads', 'isMuted'],
  properties: {
    ...place,
    head: { ...seq, description: 'The last entry.' },
    readSeq: { ...seq, description: 'All up to this one is read.' },
    unread: { type: 'integer', description: 'Entries by others behind it, without replies.' },
    mentions: { type: 'integer', description: 'Those that mention you, in threads, too.' },
    threads: { type: 'array', items: thread, description: 'Those that you take part in and in which something is new.' },
    isMuted: { type: 'boolean', description: 'You want to be told of mentions alone.' },
  },
} as const;

const notification = {
  type: 'object',
  required: ['kind', 'collection', 'record', 'log', 'seq', 'author', 'authorName', 'at', 'text', 'isRead'],
  properties: {
    kind: { type: 'string', enum: ['mention', 'reply'] },
    ...place,
    seq,
    thread: { ...seq, description: 'The entry that began the thread which it is in.' },
    author: { type: 'string' },
    authorName: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    text: { type: 'string', description: 'The beginning of it.' },
    isRead: { type: 'boolean' },
  },
} as const;

/** What `GET /inbox` answers. */
export const inboxAnswerSchema: object = {
  type: 'object',
  required: ['items', 'notifications'],
  properties: {
    items: { type: 'array', items: item, description: 'The logs that you follow.' },
    notifications: { type: 'array', items: notification, description: 'The latest 50, the newest first.' },
  },
};
