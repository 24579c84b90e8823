import { talkScenario } from './chat-200.ts';
import { chatOpen } from './chat-open.ts';
import { presenceScenario } from './chat-presence.ts';
import { chatRooms } from './chat-rooms.ts';
import { chatSearch } from './chat-search.ts';
import { coldLoad } from './cold-load.ts';
import { fanOutScenario } from './fan-out.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { loadScenario } from './load.ts';
import { resume } from './resume.ts';
import type { Scenario } from './scenario.ts';
import { screenKeys } from './screen-keys.ts';
import { screenLarge } from './screen-large.ts';
import { screenOpen } from './screen-open.ts';
import { screenScroll } from './screen-scroll.ts';
import { webhooksScenario } from './webhooks.ts';

const oneDocument = (clients: number): Scenario =>
  loadScenario('one-doc', `one-doc-${clients}`, `one document, ${clients} client(s), closed loop`, {
    documents: 1,
    clientsPerDocument: clients,
    updatesPerSecond: null,
  });

export const scenarios: readonly Scenario[] = [
  ...[1, 10, 50, 200].map(oneDocument),
  loadScenario('one-doc-rate', 'one-doc-rate', 'one document, 200 clients, open loop: 300 updates/s', {
    documents: 1,
    clientsPerDocument: 200,
    updatesPerSecond: 300,
  }),
  loadScenario('many-docs', 'many-docs', '200 documents with 2 clients each, closed loop', {
    documents: 200,
    clientsPerDocument: 2,
    updatesPerSecond: null,
  }),
  loadScenario('rate', 'rate', '200 documents with 2 clients each, open loop: 2,000 updates/s', {
    documents: 200,
    clientsPerDocument: 2,
    updatesPerSecond: 2000,
  }),
  coldLoad,
  idle,
  fanOutScenario('sse', 'SSE subscribers', 'node-http'),
  fanOutScenario('realtime', 'realtime sockets', 'ws'),
  resume,
  latency,
  webhooksScenario(1, 3000),
  webhooksScenario(20, 300),
  talkScenario('chat-200', 0),
  talkScenario('chat-200-inbox', 20),
  chatOpen,
  chatRooms,
  ...[50, 200, 500].map(presenceScenario),
  chatSearch,
  screenKeys,
  screenLarge('body', 'rich text'),
  screenLarge('source', 'plain text'),
  screenOpen,
  screenScroll,
];
