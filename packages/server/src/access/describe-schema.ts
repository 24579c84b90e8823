import { createHash } from 'node:crypto';
import type { CollectionDescription, SchemaDescription } from '@concord/protocol';
import { describeFields, isPolicy, type CollectionSchema, type Schema } from '@concord/schema';
import type { Access } from './access.ts';
import type { Principal } from './principal.ts';
import type { Projection } from './projection.ts';

/** Collections and fields as somebody may see them: what is of no record that it could read is not there. */
export function describeSchema(schema: Schema, access: Access, principal: Principal): SchemaDescription {
  const collections = [...schema.collections.values()].flatMap((collection) => {
    const widest = access.widest(principal, collection);
    return widest === undefined ? [] : [describeCollection(collection, widest, access, principal)];
  });
  const { account, user, name, roles } = principal;
  // Of what is shown, and not of the config: else it would tell that something hidden has changed.
  const version = createHash('sha256').update(JSON.stringify(collections)).digest('base64url').slice(0, 16);
  return { account, user: { id: user, name, roles }, version, limits: schema.limits, collections };
}

function describeCollection(
  collection: CollectionSchema,
  widest: Projection,
  access: Access,
  principal: Principal,
): CollectionDescription {
  const parts = [collection.content, ...collection.parts.values()].filter(({ name }) => widest.shows(name));
  return {
    name: collection.name,
    createOnConnect: collection.createOnConnect,
    may: {
      create: access.foresee(principal, 'create', collection),
      update: access.foresee(principal, 'update', collection),
      delete: access.foresee(principal, 'delete', collection),
    },
    parts: parts.map((part) => ({
      name: part.name,
      read: isPolicy(collection.access.read) || isPolicy(part.access.read) ? 'depends' : true,
      write: access.foreseeWrite(principal, collection, part),
    })),
    fields: describeFields(widest, collection.partOf),
    logs: [...collection.logs.values()]
      .filter(({ name }) => widest.shows(name))
      .map(({ name, access: rules, maxLength, attachments, slowMode }) => ({
        name,
        read: isPolicy(collection.access.read) || isPolicy(rules.read) ? 'depends' : true,
        write: access.foreseeLog(principal, collection, name, 'write'),
        moderate: access.foreseeLog(principal, collection, name, 'moderate'),
        maxLength,
        attachments,
        slowMode,
      })),
  };
}
