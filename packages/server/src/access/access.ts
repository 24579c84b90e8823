import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { LogRights, Permission } from '@concord/protocol';
import {
  isPolicy,
  ruleShape,
  type CollectionSchema,
  type PartSchema,
  type Policy,
  type PolicyRecord,
  type Rule,
  type Schema,
} from '@concord/schema';
import { systemClock, type Clock } from '../clock.ts';
import { policyUserOf, type Principal } from './principal.ts';
import { projectionOf, type Projection } from './projection.ts';

export type Action = 'read' | 'create' | 'update' | 'delete';
/** `write`: to post, and to change one's own; `moderate`: to change what others have posted. */
export type LogAction = 'read' | 'write' | 'moderate';
/** `join`: to make oneself a member, also of what one cannot read yet; `manage`: to let others in, and send them away. */
export type MembersAction = 'join' | 'manage' | 'leave';

/** What decides on a record's access: who made it when, and the fields that policies of its collection read. */
export type Facts = PolicyRecord;

/**
 * Who may see and do what, by the rules of the config. Reading comes first: nobody changes, deletes or sees a part of a
 * record that they may not read.
 */
export interface Access {
  /** Whether there may be a record of the collection with which the principal may do that. */
  could(principal: Principal, action: Action, collection: CollectionSchema): boolean;
  may(principal: Principal, action: Action, collection: CollectionSchema, facts: Facts): boolean;
  /** Whether it may write to that part of a record. For the content part that is `update`. */
  mayWrite(principal: Principal, collection: CollectionSchema, part: PartSchema, facts: Facts): boolean;
  /** Whether there may be a record to which, or to a part of which, it may write. */
  couldWrite(principal: Principal, collection: CollectionSchema): boolean;
  /** What roles alone say of every record; `depends` where a policy decides by the record. */
  foresee(principal: Principal, action: Action, collection: CollectionSchema): Permission;
  /** The same of writing to that part of a record. For the content part that is `update`. */
  foreseeWrite(principal: Principal, collection: CollectionSchema, part: PartSchema): Permission;
  /** Whether it may do that with a log of the record. */
  mayLog(principal: Principal, collection: CollectionSchema, log: string, action: LogAction, facts: Facts): boolean;
  /** What roles alone say of that; `depends` where a policy decides by the record. */
  foreseeLog(principal: Principal, collection: CollectionSchema, log: string, action: LogAction): Permission;
  /** Whether the config lets it do that with the members of a record. Those of the first role may manage whatever it says. */
  mayMembers(principal: Principal, collection: CollectionSchema, action: MembersAction, facts: Facts): boolean;
  /** What it may see of a record; undefined where it may not read it. */
  projection(principal: Principal, collection: CollectionSchema, facts: Facts): Projection | undefined;
  /** What it may see of every record, where roles alone decide; `undecided` where that depends on the record. */
  standing(principal: Principal, collection: CollectionSchema): Projection | undefined | 'undecided';
  /** All that it may see of any record; undefined where there is none that it could read. */
  widest(principal: Principal, collection: CollectionSchema): Projection | undefined;
  /**
   * A digest of what decides on what the principal may see: its roles and scopes, the rules, and itself where policies
   * ask for the user. The same in every process. A cursor carries it (F6): where it differs, what the reader
   * holds may not be what it may see.
   */
  digest(principal: Principal): string;
}

/** How often one policy's failures are logged. */
const complainEveryMs = 60_000;

/** @param logger hears of policies that throw, or that answer with anything but true or false */
export function createAccess(schema: Schema, logger: Logger, clock: Clock = systemClock): Access {
  const readRules = readRulesText(schema);
  const asksForUser = [...schema.collections.values()].some(decidesByRecord);

  const complaints = new WeakMap<Policy, { readonly at: number; count: number }>();

  /** A list asks about every record in it, so that what is wrong with a policy would fill the log: once a minute is enough. */
  function complain(policy: Policy, what: object, message: string): void {
    const now = clock.now();
    const before = complaints.get(policy);
    if (before !== undefined && now - before.at < complainEveryMs) {
      before.count++;
      return;
    }
    complaints.set(policy, { at: now, count: 0 });
    logger.error({ ...what, policy: String(policy.allow), since: before?.count ?? 0 }, message);
  }

  function admits(rule: Rule, principal: Principal, facts: Facts): boolean {
    if (principal.only !== undefined && principal.only.record !== facts.id) return false;
    if (!isPolicy(rule)) return rule === null || hasRole(rule, principal);
    try {
      const answer: unknown = rule.allow({ user: frozen(policyUserOf(principal)), record: pickFacts(rule, facts) });
      if (typeof answer === 'boolean') return answer;
      // One that is written `async` answers too late, and may fail where nobody would hear of it.
      if (answer instanceof Promise) answer.catch(() => undefined);
      complain(rule, { answer: typeof answer }, 'a policy has to answer with true or false; it denies');
    } catch (error) {
      complain(rule, { err: error }, 'a policy has failed; it denies');
    }
    return false;
  }

  /** Before the record is known. */
  function couldAdmit(rule: Rule, principal: Principal): boolean {
    return rule === null || isPolicy(rule) || hasRole(rule, principal);
  }

  /** What roles alone say where all of the rules have to admit. */
  function foreseen(rules: readonly Rule[], principal: Principal): Permission {
    if (!rules.every((rule) => couldAdmit(rule, principal))) return false;
    return principal.only !== undefined || rules.some(isPolicy) ? 'depends' : true;
  }

  const access: Access = {
    could(principal, action, collection) {
      if (!reaches(principal, action, collection) || !couldAdmit(collection.access[action], principal)) return false;
      return action === 'read' || action === 'create' || couldAdmit(collection.access.read, principal);
    },

    may(principal, action, collection, facts) {
      if (!reaches(principal, action, collection) || !admits(collection.access[action], principal, facts)) return false;
      return action === 'read' || action === 'create' || admits(collection.access.read, principal, facts);
    },

    mayWrite(principal, collection, part, facts) {
      if (part.name === null) return access.may(principal, 'update', collection, facts);
      return (
        reaches(principal, 'update', collection) &&
        admits(collection.access.read, principal, facts) &&
        admits(part.access.read, principal, facts) &&
        admits(part.access.write, principal, facts)
      );
    },

    foresee(principal, action, collection) {
      if (!reaches(principal, action, collection)) return false;
      return foreseen([collection.access[action], ...(action === 'create' ? [] : [collection.access.read])], principal);
    },

    foreseeWrite(principal, collection, part) {
      if (!reaches(principal, 'update', collection)) return false;
      return foreseen([collection.access.read, part.access.read, part.access.write], principal);
    },

    mayLog(principal, collection, log, action, facts) {
      const rules = logRules(collection, log, action);
      return (
        reaches(principal, action === 'read' ? 'read' : 'update', collection) &&
        rules.every((rule) => admits(rule, principal, facts))
      );
    },

    foreseeLog(principal, collection, log, action) {
      if (!reaches(principal, action === 'read' ? 'read' : 'update', collection)) return false;
      return foreseen(logRules(collection, log, action), principal);
    },

    mayMembers(principal, collection, action, facts) {
      const { members } = collection;
      if (members === null || !reaches(principal, 'update', collection)) return false;
      return admits(action === 'leave' ? null : members[action], principal, facts);
    },

    couldWrite(principal, collection) {
      if (!access.could(principal, 'read', collection) || !reaches(principal, 'update', collection)) return false;
      return [collection.content, ...collection.parts.values()].some(
        (part) => couldAdmit(part.access.read, principal) && couldAdmit(part.access.write, principal),
      );
    },

    projection(principal, collection, facts) {
      if (!access.may(principal, 'read', collection, facts)) return undefined;
      return projectionOf(collection, (name) => admits(readRule(collection, name), principal, facts));
    },

    standing(principal, collection) {
      if (!access.could(principal, 'read', collection)) return undefined;
      return principal.only !== undefined || decidesByRecord(collection) ? 'undecided' : access.widest(principal, collection);
    },

    widest(principal, collection) {
      if (!access.could(principal, 'read', collection)) return undefined;
      return projectionOf(collection, (name) => couldAdmit(readRule(collection, name), principal));
    },

    digest(principal) {
      const { roles, scopes, user, name, only } = principal;
      const confined = only === undefined ? [] : [[only.collection, only.record]];
      const who = [sorted(roles), scopes === undefined ? null : sorted(scopes), asksForUser ? [user, name] : null, ...confined];
      return createHash('sha256').update(JSON.stringify(who)).update('\n').update(readRules).digest('base64url').slice(0, 12);
    },
  };
  return access;
}

/** Whether policies decide on who may read the collection's records, or parts of them. */
export function decidesByRecord({ access, parts, logs }: CollectionSchema): boolean {
  return isPolicy(access.read) || [...parts.values(), ...logs.values()].some((part) => isPolicy(part.access.read));
}

/** @param may says of each whether it may be done */
export function logRights(may: (action: 'write' | 'moderate') => boolean): LogRights {
  return { write: may('write'), moderate: may('moderate') };
}

function readRule({ parts, logs }: CollectionSchema, name: string): Rule {
  const found = parts.get(name) ?? logs.get(name);
  // There is no such part without a rule of its own; an empty list admits nobody.
  return found === undefined ? [] : found.access.read;
}

/** All that have to admit; a log that is not there admits nobody. */
function logRules({ access: { read }, logs }: CollectionSchema, log: string, action: LogAction): readonly Rule[] {
  const rules = logs.get(log)?.access;
  if (rules === undefined) return [[]];
  return action === 'read' ? [read, rules.read] : [read, rules.read, rules[action]];
}

function hasRole(roles: readonly string[], principal: Principal): boolean {
  return roles.some((role) => principal.roles.includes(role));
}

/** Whether what the principal is good for reaches that far, before any rule is asked. */
function reaches({ scopes, only }: Principal, action: Action, { name }: CollectionSchema): boolean {
  // Its record is there already, and is not a guest's to take away.
  if (only !== undefined && (only.collection !== name || action === 'create' || action === 'delete')) return false;
  if (scopes === undefined) return true;
  const enough = action === 'read' ? ['read', 'write'] : ['write'];
  return enough.some((what) => scopes.includes(`${name}:${what}`) || scopes.includes(`*:${what}`));
}

/** A policy sees what it says that it reads: so it is asked again whenever what it looks at has changed. */
function pickFacts({ reads }: Policy, facts: Facts): Facts {
  const { id, createdAt, createdBy } = facts;
  const picked: Record<string, unknown> = {};
  for (const name of reads) picked[name] = bare(frozen(facts[name]));
  return { ...picked, id, createdAt, createdBy };
}

const bareCopies = new WeakMap<object, object>();

/** An object without what every object has: else somebody called `constructor` would be found among any members. */
function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  let copy = bareCopies.get(value);
  if (copy === undefined) {
    copy = Object.freeze(Object.assign(Object.create(null) as object, value));
    bareCopies.set(value, copy);
  }
  return copy;
}

/** What a policy is given is not a copy: it is what everybody holds, and one that sorted or filled it would change that. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function readRulesText(schema: Schema): string {
  const rules = [...schema.collections.values()].map(({ name, access, parts, logs }) => [
    name,
    shapeOf(access.read),
    [...parts.values()]
      .map((part) => [part.name, [...part.fields.keys()].toSorted(), shapeOf(part.access.read)])
      .toSorted(byName),
    ...(logs.size === 0 ? [] : [[...logs.values()].map((log) => [log.name, shapeOf(log.access.read)]).toSorted(byName)]),
  ]);
  return JSON.stringify(rules.toSorted(byName));
}

function byName([left]: readonly unknown[], [right]: readonly unknown[]): number {
  return String(left) < String(right) ? -1 : 1;
}

/** The same for the same roles, in whatever order. */
function shapeOf(rule: Rule): unknown {
  return Array.isArray(rule) ? sorted(rule as readonly string[]) : ruleShape(rule);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
