import type { FeedRequest } from '../changes.ts';

/** The address of a request for changes. */
export function changesPath(
  { collections = [], record, filter, include }: FeedRequest,
  more: { readonly [parameter: string]: string | number | undefined },
): string {
  const query = new URLSearchParams();
  for (const collection of collections) query.append('collections', collection);
  for (const [name, value] of Object.entries({ record, filter, include, ...more }))
    if (value !== undefined) query.set(name, String(value));
  return `/changes?${query.toString()}`;
}
