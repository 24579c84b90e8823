import type { SchemaDescription } from '@concord/protocol';
import { readDescription } from '@concord/schema';
import type { ClientCollection, ClientPart, ClientSchema } from './client-schema.ts';

/** What the server describes, as what validates, reads, writes and sorts takes it. */
export function reviveSchema({ account, version, limits, collections }: SchemaDescription): ClientSchema {
  const revived = collections.map((description): [string, ClientCollection] => {
    const { parts: fieldSets, ...visible } = readDescription(description, limits);
    const parts = description.parts.map(({ name, read, write }): ClientPart => ({
      name,
      read,
      write,
      fields: fieldSets.get(name)?.fields ?? new Map(),
    }));
    const partOf = (field: string): ClientPart => parts.find(({ fields }) => fields.has(field)) ?? (parts[0] as ClientPart);
    const { createOnConnect, may } = description;
    return [description.name, { ...visible, createOnConnect, may, parts, partOf }];
  });
  return { account, version, collections: new Map(revived) };
}
