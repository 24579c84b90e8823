import { ConcordError } from '@concord/protocol';
import { parseFilter, parseSort, type VisibleCollection } from '@concord/schema';
import type { ListQuery } from '../records/records.ts';
import { presentationParameters, readPresentation, type Presentation } from './presentation.ts';
import { readCount, readFlag, readQuery } from './query.ts';

const defaultLimit = 50;
const maxLimit = 1000;
const maxPageChars = 4096;

/** The examples hold for every collection: what they name, each record has. */
export const listParameters: object = {
  type: 'object',
  properties: {
    filter: {
      type: 'string',
      description: 'Only records for which this is true.',
      examples: ["createdBy = 'ada' and updatedAt >= '2026-11-21'"],
    },
    sort: {
      type: 'string',
      description: 'Fields to sort by, separated by commas; `-` before one turns it around.',
      examples: ['-updatedAt,id'],
    },
    limit: { type: 'integer', minimum: 1, maximum: maxLimit, default: defaultLimit },
    page: { type: 'string', description: 'The `nextPage` of an answer to the same query.' },
    total: { type: 'boolean', default: false, description: 'Also count how many match.' },
    ...presentationParameters,
  },
};

/** Throws the error that names the parameter at fault. */
export function readListQuery(
  query: unknown,
  collection: VisibleCollection,
): { readonly list: ListQuery; readonly presentation: Presentation } {
  const { filter, sort, limit, page, total, ...shown } = readQuery(query, [
    'filter',
    'sort',
    'limit',
    'page',
    'total',
    'fields',
    'richText',
  ]);
  if (page !== undefined && page.length > maxPageChars)
    throw new ConcordError('invalid_cursor', { field: 'page', message: 'This is no page.' });
  return {
    list: {
      limit: readCount('limit', limit, { fallback: defaultLimit, max: maxLimit }),
      total: readFlag('total', total),
      ...(filter === undefined ? {} : { filter: naming('filter', () => parseFilter(filter, collection)) }),
      ...(sort === undefined ? {} : { sort: naming('sort', () => parseSort(sort, collection)) }),
      ...(page === undefined ? {} : { page }),
    },
    presentation: readPresentation(shown, collection),
  };
}

/** Whatever is wrong with this parameter, the error says which one it was. */
function naming<T>(parameter: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConcordError) || error.field !== undefined) throw error;
    throw new ConcordError(error.code, { field: parameter, message: error.message, cause: error });
  }
}
