import type { LiveRecord } from '@concord/client';

/**
 * What the examples have in common and a page of one's own has in another way: who looks, at which record, and where the
 * state of things is shown.
 */
const asked = new URLSearchParams(location.search);

/** Of the demo's people. */
const person = asked.get('as') ?? 'ada';

/** The note that all examples edit. It is made by the first edit. */
export const recordId: string = asked.get('record') ?? 'any-editor';

/** Where sockets lead. */
export const socketOrigin: string = location.origin.replace(/^http/, 'ws');

/** What a provider calls the note: `<account>/<collection>/<record>`. */
export const documentName = `demo/notes/${recordId}`;

/** A token for one of the demo's people, good for twelve hours. Your page gets its own from where its people sign in. */
export async function signIn(): Promise<string> {
  const response = await fetch('/api/v1/auth/demo', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: person }),
  });
  if (!response.ok) throw new Error(`Nobody can sign in as ${person}: ${response.status}`);
  return ((await response.json()) as { readonly token: string }).token;
}

export function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Shows whether the record is there, and what was typed is on the server's disk. */
export function showStatus({ status, presence }: LiveRecord): void {
  const show = (): void => {
    const { phase, save, error } = status.get();
    const people = presence.others.get().map(({ user }) => user.name);
    say(error?.message ?? (phase === 'live' ? save.kind : phase), people);
  };
  status.subscribe(show);
  presence.others.subscribe(show);
  show();
}

/** The same in words of one's own, for where there is no SDK. */
export function say(state: string, people: readonly string[] = []): void {
  const place = element('#status');
  place.dataset['state'] = state;
  place.textContent = [state, ...new Set(people)].join(' · ');
}

/** Calls `close` when the page is left. A page that the browser brings back starts anew. */
export function onLeave(close: () => void): void {
  addEventListener('pagehide', close, { once: true });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

/** What stands above each editor: what it is, by what it is bound, as whom one looks, and how things are. */
function createHeader(): HTMLElement {
  const [editor = '', way = ''] = document.title.split(', ');
  const header = document.createElement('header');
  header.innerHTML = `
    <h1>${editor}</h1>
    <p>${way}</p>
    <nav aria-label="Open as">
      <a data-as="ada">Ada</a>
      <a data-as="ben">Ben</a>
      <a href="./">All editors</a>
    </nav>
    <p id="status" role="status"></p>`;
  // The same page, as somebody else.
  for (const link of header.querySelectorAll<HTMLAnchorElement>('a[data-as]')) {
    const as = link.dataset['as'] ?? '';
    link.href = `?${new URLSearchParams({ ...Object.fromEntries(asked), as }).toString()}`;
    if (as === person) link.setAttribute('aria-current', 'page');
  }
  return header;
}

document.body.prepend(createHeader());
