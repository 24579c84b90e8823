import { ConcordError } from '@concord/protocol';
import { parseSort, type Filter, type Sort, type VisibleCollection } from '@concord/schema';
import { readCount, readQuery } from '../../http/query.ts';
import { parseExpand, type ExpandPaths } from './expand.ts';
import { parseSnackbaseFilter } from './filter.ts';
import { concordName } from './names.ts';
import { parsePlace, type Range } from './page.ts';
import { parseFields } from './record.ts';

export interface SnackbaseListQuery {
  readonly filter?: Filter;
  readonly sort: Sort;
  readonly range: Range;
  readonly limit: number;
  /** Whether the answer is one of pages by cursor, and whether that has a total. */
  readonly byCursor: boolean;
  readonly count: boolean;
  readonly fields: ReadonlySet<string> | undefined;
  readonly expand: ExpandPaths;
}

const defaultLimit = 30;
const maxLimit = 100;
const maxCursorChars = 4096;

const parameters = ['skip', 'limit', 'sort', 'fields', 'filter', 'expand', 'cursor', 'cursor_before', 'include_count'] as const;

/** Throws the error that names the parameter at fault. A cursor goes before `skip`, which clients send with it. */
export function readListQuery(query: unknown, visible: VisibleCollection): SnackbaseListQuery {
  const {
    skip,
    limit,
    sort,
    fields,
    filter,
    expand,
    cursor,
    cursor_before: before,
    include_count: count,
  } = readQuery(query, parameters);
  const order = parseOrder(sort === undefined || sort === '' ? '-created_at' : sort, visible);
  return {
    ...(filter === undefined || filter.trim() === '' ? {} : { filter: parseSnackbaseFilter(filter, visible) }),
    sort: order,
    range: parseRange({ skip, cursor, before }, order),
    limit: readCount('limit', limit, { fallback: defaultLimit, max: maxLimit }),
    byCursor: cursor !== undefined || before !== undefined,
    count: count !== undefined && /^(?:true|1|yes|on)$/i.test(count),
    fields: parseFields(fields, visible),
    expand: parseExpand(expand, visible),
  };
}

interface Asked {
  readonly skip: string | undefined;
  readonly cursor: string | undefined;
  readonly before: string | undefined;
}

/** An empty cursor is the beginning. */
function parseRange({ skip = '0', cursor, before }: Asked, sort: Sort): Range {
  if ([cursor, before].some((text) => (text?.length ?? 0) > maxCursorChars))
    throw new ConcordError('invalid_cursor', { message: 'That is no cursor.' });
  if (cursor && before) throw new ConcordError('bad_request', { message: "Cannot specify both 'cursor' and 'cursor_before'" });
  if (before) return { before: parsePlace('cursor_before', before, sort) };
  if (cursor !== undefined || before !== undefined) return { after: cursor ? parsePlace('cursor', cursor, sort) : undefined };
  if (!/^[0-9]{1,15}$/.test(skip))
    throw new ConcordError('bad_request', { field: 'skip', message: 'skip is a whole number from 0.' });
  return { skip: Number(skip) };
}

function parseOrder(text: string, collection: VisibleCollection): Sort {
  const keys = text.split(',').map((part) => {
    const [, sign = '', name = ''] = /^([-+]?)(.*)$/s.exec(part.trim()) ?? [];
    // An unknown name is left to be refused, and not to be taken for one of Concord's.
    return `${sign}${concordName(name, collection) ?? `?${name}`}`;
  });
  return parseSort(keys.join(), collection);
}
