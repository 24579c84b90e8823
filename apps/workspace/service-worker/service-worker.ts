/**
 * Keeps the page itself, so that it opens without a network; records and lists are kept by the client.
 *
 * What was built has a hash of its content in its name, so what is kept by a name is right for ever: the cache goes first.
 * `index.html` names what belongs together: the network goes first, and what is kept stands in where there is none. A new
 * worker waits until no page of the old one is open, as those still ask for what they were built with; then what no page
 * asks for any more is dropped. Everything else (the API, sockets, files of other pages) passes by.
 */
export {};

declare const self: ServiceWorkerGlobalScope;
/** The addresses of all that was built, put in by the build. */
declare const __BUILT__: readonly string[];

const cacheName = 'concord-page';
const index = '/';

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (isPage(request, url)) event.respondWith(answerPage(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(answerBuilt(request));
});

/** An address of the workspace; not what a browser goes to beside it, such as the API's description. */
function isPage(request: Request, url: URL): boolean {
  return request.mode === 'navigate' && (url.pathname === '/' || url.pathname.startsWith('/c/'));
}

async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  const missing: string[] = [];
  for (const address of __BUILT__) if ((await cache.match(address, { ignoreVary: true })) === undefined) missing.push(address);
  await cache.addAll([index, ...missing]);
}

async function dropOthers(): Promise<void> {
  const cache = await caches.open(cacheName);
  const built = new Set([index, ...__BUILT__]);
  for (const request of await cache.keys()) if (!built.has(new URL(request.url).pathname)) await cache.delete(request);
}

async function answerPage(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(index, response.clone());
    // A proxy that stands for a server that is down says so by these.
    if (response.status < 502 || response.status > 504) return response;
    return (await cache.match(index, { ignoreVary: true })) ?? response;
  } catch (error) {
    const kept = await cache.match(index, { ignoreVary: true });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function answerBuilt(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  // `Vary` is about who may read it elsewhere; what it holds is the same for everybody.
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
