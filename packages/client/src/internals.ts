/** What `createClient` is put together from, for tests. No promise is made about any of it. */
export { createIndexedDbStorage } from './device/indexeddb-storage.ts';
export { createMemoryStorage } from './device/memory-storage.ts';
export { forgetStorage, openStorage, type OpenStorage } from './device/open-storage.ts';
export { createTabs } from './device/tabs.ts';
export { watchUnsaved } from './device/watch-unsaved.ts';
export { systemClock, type Clock } from './clock.ts';
export { createHttp, type Http } from './http.ts';
export { createSchemaSource } from './schema-source.ts';
export { createChanges } from './feed/create-changes.ts';
export { createFeed, type FeedParts } from './feed/create-feed.ts';
export { createEventStreamParser, type StreamMessage } from './feed/event-stream.ts';
export { createCommands } from './outbox/create-commands.ts';
export { SocketConnection } from './socket-connection.ts';
export { createTokenSource } from './token-source.ts';
export type { Feed, FeedListener, FeedRequest } from './changes.ts';
export type { FeedSocket } from './feed-socket.ts';
export type { DocumentStorage, KeptDocument, Tabs } from './storage.ts';
