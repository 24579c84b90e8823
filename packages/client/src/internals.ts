/** What `createClient` is put together from, for tests. No promise is made about any of it. */
export { createIndexedDbStorage } from './device/indexeddb-storage.ts';
export { createMemoryStorage } from './device/memory-storage.ts';
export { forgetStorage, openStorage, type OpenStorage } from './device/open-storage.ts';
export { createTabs } from './device/tabs.ts';
export { createHttp, type Http } from './http.ts';
export { createTokenSource } from './token-source.ts';
export type { DocumentStorage, KeptDocument, Tabs } from './storage.ts';
