import type { RecordView } from '@concord/protocol';
import type { ServerProcess } from '../../kit/server-process.ts';

interface RecordsPage {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
}

/** All records of a collection, by their ids. */
export async function listRecords(server: Pick<ServerProcess, 'json'>, collection: string): Promise<Map<string, RecordView>> {
  const found = new Map<string, RecordView>();
  for (let page: string | undefined = ''; page !== undefined;) {
    const answer: RecordsPage = await server.json<RecordsPage>('GET', `/records/${collection}?limit=1000${page}`);
    for (const view of answer.items) found.set(view.id, view);
    page = answer.nextPage && `&page=${answer.nextPage}`;
  }
  return found;
}
