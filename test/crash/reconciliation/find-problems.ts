import { isDeepStrictEqual } from 'node:util';
import type { ChangesPage } from '@concord/protocol';
import type { ServerProcess } from '../../kit/server-process.ts';
import { tokenFor, type TestUser } from '../../kit/tokens.ts';
import type { ClientSpec, Report } from './client-spec.ts';
import { digestOf, type Told } from './copy.ts';
import { lead } from './load.ts';
import { ask, listRecords } from './request.ts';

type Server = Pick<ServerProcess, 'url'>;
type Events = ReadonlyMap<string, Told & { readonly isTruncated: boolean }>;

/** What each client has come to is what the server says to whoever comes anew. Answers what is not so. */
export async function findProblems(server: Server, reports: readonly Report[]): Promise<readonly string[]> {
  const everything = await readFeed(server, lead, '');
  const problems = await Promise.all(reports.map((report) => problemsOf(server, report, everything)));
  return problems.flat();
}

async function problemsOf(server: Server, report: Report, everything: Events): Promise<string[]> {
  const { spec, used, told, wrong, resets, isDone } = report;
  // Whoever was told something wrong has stopped there: what it holds says nothing.
  if (wrong.length > 0) return wrong.map((problem) => `${spec.name}: ${problem}`);
  const ghosts = [...told.keys()].filter((id) => !everything.has(id));
  // A webhook is somebody else, as far as cursors are concerned: whoever goes on from its cursor is reset.
  const mayBeReset = spec.roles.length > 1 || used.includes('webhook');
  const problems = [
    ...(isDone ? [] : ['it never came to know all']),
    ...(await differences(server, report)),
    ...ghosts.map((id) => `${id} never was`),
    ...(mayBeReset || resets === 0 ? [] : [`${resets} resets`]),
    ...(resets === 0 ? await wrongEvents(server, report, everything) : []),
  ];
  return problems.slice(0, 5).map((problem) => `${spec.name} (${used.join(', ')}): ${problem}`);
}

/** Records that are not the same with both. */
async function differences(server: Server, { spec, roles, records }: Report): Promise<string[]> {
  const asked = { url: server.url, token: await tokenFor({ user: spec.user, roles }) };
  const listed = (await Promise.all(spec.sees.map((collection) => listRecords(asked, collection, spec.filter)))).flat();
  const expected = new Map(listed.map(({ collection, data }) => [`${collection}/${data.id}`, data]));
  const names = [...new Set([...records.keys(), ...expected.keys()])];
  return names
    .filter((name) => !isDeepStrictEqual(records.get(name), expected.get(name)))
    .map((name) => `${name} is held as ${show(records.get(name))}, and listed as ${show(expected.get(name))}`);
}

/**
 * Where no policy looks at who they are and when they ask, nothing was skipped, and all was told as it is told to anybody.
 * Whether a record matches that is larger than its event is looked up in the record, which may be another one by now.
 */
async function wrongEvents(server: Server, { spec, used, roles, told }: Report, everything: Events): Promise<string[]> {
  if (spec.user !== 'nobody') return [];
  const anew = await readFeed(server, { user: spec.user, roles }, queryOf(spec));
  const isSure = (id: string): boolean => spec.filter === undefined || everything.get(id)?.isTruncated === false;
  const skipped = spec.snapshot ? [] : [...anew.keys()].filter((id) => !told.has(id) && isSure(id));
  const isSame = (id: string, { cursor, digest }: Told): boolean => {
    const event = anew.get(id);
    // A webhook's cursors are its own.
    return event?.digest === digest && (used.includes('webhook') || event.cursor === cursor);
  };
  const other = [...told].filter(([id, event]) => isSure(id) && !isSame(id, event));
  return [...skipped.map((id) => `${id} was skipped`), ...other.map(([id]) => `${id} was told otherwise`)];
}

function show(view: object | undefined): string {
  return (JSON.stringify(view) ?? 'nothing').slice(0, 300);
}

function queryOf({ collection, filter }: ClientSpec): string {
  const chosen = {
    ...(collection === undefined ? {} : { collections: collection }),
    ...(filter === undefined ? {} : { filter }),
  };
  return new URLSearchParams(chosen).toString();
}

async function readFeed(server: Server, as: TestUser, query: string): Promise<Events> {
  const asked = { url: server.url, token: await tokenFor(as) };
  const events = new Map<string, Told & { readonly isTruncated: boolean }>();
  for (let since = '0'; ;) {
    const page = await ask<ChangesPage>(asked, 'GET', `/changes?since=${since}&limit=1000&${query}`);
    if (page?.resumed !== true) throw new Error('The feed cannot be read from its beginning');
    for (const event of page.results) {
      const { id, cursor, truncated = false } = event;
      events.set(id, { cursor, digest: digestOf(event), isTruncated: truncated });
    }
    since = page.cursor;
    if (page.pending === 0) return events;
  }
}
