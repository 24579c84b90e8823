import { ConcordError } from './errors.ts';

/**
 * The one place where names are checked. A name that passes holds no separator, no dot, no control
 * character and no upper bound surprise, so it may stand in a path, a key or a document name as it is.
 */
export const namePatterns: Readonly<Record<NameKind, RegExp>> = {
  /** A tenant: lower case, as it may become part of a host name. */
  account: /^[a-z0-9][a-z0-9_-]{0,62}$/,
  collection: /^[a-z][a-zA-Z0-9_]{0,62}$/,
  field: /^[a-z][a-zA-Z0-9_]{0,62}$/,
  /** Made by clients, too: a UUID, a ULID, a number, a slug. */
  record: /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/,
  /** A field, a group of fields, or a segment of a log (`messages.12`). */
  part: /^[a-z][a-zA-Z0-9_]{0,62}(\.(0|[1-9][0-9]{0,11}))?$/,
  user: /^[^\s\p{C}][^\p{C}]{0,127}$/u,
};

export type NameKind = 'account' | 'collection' | 'field' | 'record' | 'part' | 'user';

/** Ids that no record may have: they are routes beside the records of a collection. */
export const reservedRecordIds: ReadonlySet<string> = new Set(['batch', 'aggregate', 'direct']);

/** Whether `name` may be used as a name of that kind. */
export function isName(kind: NameKind, name: unknown): name is string {
  if (typeof name !== 'string' || !namePatterns[kind].test(name)) return false;
  return kind !== 'record' || !reservedRecordIds.has(name);
}

/** Returns `name`, or throws `invalid_name`. The name itself is not repeated: it may be 10 KB of anything. */
export function checkName(kind: NameKind, name: unknown): string {
  if (isName(kind, name)) return name;
  throw new ConcordError('invalid_name', { message: `This is no ${kind} name: it must match ${namePatterns[kind].source}` });
}

/** Names that no field may take: they are the record's own, or routes of the API. */
export const reservedFieldNames: ReadonlySet<string> = new Set([
  'id',
  'version',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'fields',
  'batch',
  'restore',
  'purge',
  'read',
  'aggregate',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
]);

/** A record's place: everything but the part. */
export interface RecordAddress {
  readonly account: string;
  readonly collection: string;
  readonly record: string;
}

/** A part's place. The content part has no `part`. */
export interface PartAddress extends RecordAddress {
  readonly part?: string;
}

/** `<account>/<collection>/<record>[/<part>]`: the document name that clients connect to. */
export function formatDocumentName(address: PartAddress): string {
  const record = `${address.account}/${address.collection}/${address.record}`;
  return address.part === undefined ? record : `${record}/${address.part}`;
}

/** Takes a document name apart. Throws `invalid_name` where it is not exactly of that form. */
export function parseDocumentName(name: string): PartAddress {
  const [account, collection, record, part, ...rest] = name.length > 512 ? [] : name.split('/');
  if (rest.length > 0 || !isName('account', account) || !isName('collection', collection) || !isName('record', record)) {
    throw new ConcordError('invalid_name', {
      message: 'A document name is <account>/<collection>/<record>, with /<part> behind it for parts.',
    });
  }
  if (part === undefined) return { account, collection, record };
  return { account, collection, record, part: checkName('part', part) };
}

/** Whether {@link parseDocumentName} takes it. */
export function isDocumentName(name: string): boolean {
  try {
    parseDocumentName(name);
    return true;
  } catch {
    return false;
  }
}

/** A collection's place. */
export type CollectionAddress = Pick<RecordAddress, 'account' | 'collection'>;

/** `<account>/<collection>`: what clients connect to for the presence of all who are in the collection. */
export function formatPresenceName({ account, collection }: CollectionAddress): string {
  return `${account}/${collection}`;
}

/** Takes the name of a collection's presence apart; undefined where it is none. */
export function parsePresenceName(name: string): CollectionAddress | undefined {
  const [account, collection, ...rest] = name.length > 512 ? [] : name.split('/');
  return rest.length === 0 && isName('account', account) && isName('collection', collection)
    ? { account, collection }
    : undefined;
}
