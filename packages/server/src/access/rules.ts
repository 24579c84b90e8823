import { createHash } from 'node:crypto';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { Principal } from './principal.ts';

export function mayRead(principal: Principal, { access }: CollectionSchema): boolean {
  return admits(access.read, principal);
}

export function mayCreate(principal: Principal, { access }: CollectionSchema): boolean {
  return admits(access.create, principal);
}

export function mayUpdate(principal: Principal, { access }: CollectionSchema): boolean {
  return admits(access.update, principal);
}

/** Also to restore and to purge. */
export function mayDelete(principal: Principal, { access }: CollectionSchema): boolean {
  return admits(access.delete, principal);
}

/** Null admits every member of the account, an empty list nobody. */
function admits(roles: readonly string[] | null, principal: Principal): boolean {
  return roles === null || roles.some((role) => principal.roles.includes(role));
}

const ruleTexts = new WeakMap<Schema, string>();

/**
 * A digest of what decides on what the principal may see: its roles and the schema's rules, each in an
 * order of its own, so that it is the same in every process. A cursor carries it (F6): where it differs,
 * what the reader holds may not be what it may see.
 */
export function accessDigest(principal: Principal, schema: Schema): string {
  const roles = [...new Set(principal.roles)].sort();
  return createHash('sha256')
    .update(JSON.stringify(roles))
    .update('\n')
    .update(ruleText(schema))
    .digest('base64url')
    .slice(0, 12);
}

function ruleText(schema: Schema): string {
  let text = ruleTexts.get(schema);
  if (text === undefined) {
    const rules = [...schema.collections.values()].map(({ name, access }) => [name, ordered(access.read)] as const);
    text = JSON.stringify(rules.sort(([left], [right]) => (left < right ? -1 : 1)));
    ruleTexts.set(schema, text);
  }
  return text;
}

function ordered(roles: readonly string[] | null): readonly string[] | null {
  return roles && [...new Set(roles)].sort();
}
