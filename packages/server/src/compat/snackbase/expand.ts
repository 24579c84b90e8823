import { ConcordError, type RecordView } from '@concord/protocol';
import type { Schema, VisibleCollection } from '@concord/schema';
import { toSnackbase, type SnackbaseRecord } from './record.ts';

/** Fields in whose place the record is put that they refer to, and what of that is expanded in turn. */
export interface ExpandPaths extends ReadonlyMap<string, ExpandPaths> {}

export interface ExpandParts {
  readonly schema: Schema;
  readonly account: string;
  /** A record as the asker sees it; undefined where there is none for it. */
  readonly read: (collection: string, id: string) => Promise<RecordView | undefined>;
}

const maxPaths = 20;
const maxDepth = 3;

/** `author,team.lead`. Throws `bad_request` where the first of a path is no reference. */
export function parseExpand(text: string | undefined, collection: VisibleCollection): ExpandPaths {
  const given = (text ?? '').split(',').map((path) => path.trim());
  if (given.length > maxPaths) throw new ConcordError('bad_request', { field: 'expand', message: `At most ${maxPaths} fields.` });
  const paths = new Map<string, ExpandPaths>();
  for (const path of given.filter((one) => one !== '')) {
    const names = path.split('.').slice(0, maxDepth);
    const [root = ''] = names;
    if (collection.fields.get(root)?.kind !== 'ref') {
      const message = `Field '${root.slice(0, 80)}' is not a reference field and cannot be expanded`;
      throw new ConcordError('bad_request', { field: 'expand', message });
    }
    let level = paths;
    for (const name of names) {
      const inner = new Map<string, ExpandPaths>(level.get(name));
      level.set(name, inner);
      level = inner;
    }
  }
  return paths;
}

/** Puts the records in place of the references; null where there is none, or none for the asker. */
export async function expandRecords(
  records: readonly SnackbaseRecord[],
  paths: ExpandPaths,
  { fields }: Pick<VisibleCollection, 'fields'>,
  parts: ExpandParts,
): Promise<readonly SnackbaseRecord[]> {
  let expanded = records;
  for (const [name, inner] of paths) {
    const field = fields.get(name);
    const target = field?.kind === 'ref' ? parts.schema.collections.get(field.collection) : undefined;
    if (target === undefined) continue;
    const ids = new Set(records.map((record) => record[name]).filter((id) => typeof id === 'string'));
    const found: SnackbaseRecord[] = [];
    for (const id of ids) {
      const view = await parts.read(target.name, id);
      if (view !== undefined) found.push(toSnackbase(view, parts.account));
    }
    const byId = new Map((await expandRecords(found, inner, target, parts)).map((record) => [record.id, record]));
    expanded = expanded.map((record) => {
      const id = record[name];
      return typeof id === 'string' ? { ...record, [name]: byId.get(id) ?? null } : record;
    });
  }
  return expanded;
}
