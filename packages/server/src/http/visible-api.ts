import type { CollectionSchema, LogSchema, Schema } from '@concord/schema';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { hasCredential } from '../access/authenticator.ts';
import { projectionOf } from '../access/projection.ts';
import type { Authenticate } from './authentication.ts';
import { schemaIds } from './record-schemas.ts';

/** The API's description as far as it matters here. */
interface Description {
  readonly paths?: { [path: string]: unknown };
  readonly components?: { readonly schemas?: { readonly [name: string]: DescribedSchema } };
}
interface DescribedSchema {
  properties?: { [name: string]: unknown };
  required?: string[];
}

/** What of the API's description somebody is shown who sends that request. */
export type ShowApi = <D extends object>(description: D, request: FastifyRequest) => Promise<D>;

export interface VisibleApiParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly authenticate: Authenticate;
}

/**
 * Shows each the fields and logs that it could read of some record: what has access of its own is unknown to others, and to
 * who does not say who it is.
 */
export function createVisibleApi({ schema, access, authenticate }: VisibleApiParts): ShowApi {
  return async (description, request) => {
    const principal = hasCredential(request) ? await authenticate(request) : undefined;
    const shown = structuredClone(description);
    const { schemas = {} } = (shown as Description).components ?? {};
    for (const collection of schema.collections.values()) {
      const widest = principal && access.widest(principal, collection);
      const { fields } = widest ?? projectionOf(collection, () => false);
      const isHidden = ({ name, access: { read } }: LogSchema): boolean =>
        widest === undefined ? read !== null : !widest.shows(name);
      for (const log of collection.logs.values()) if (isHidden(log)) hideRoutes(shown, `${recordPath(collection)}/${log.name}`);
      const hidden = [...collection.fields.keys()].filter((name) => !fields.has(name));
      for (const id of schemaIds(collection)) {
        const described = schemas[id];
        if (described !== undefined) hide(described, hidden);
      }
    }
    return shown;
  };
}

function hideRoutes({ paths = {} }: Description, base: string): void {
  for (const path of Object.keys(paths)) if (path === base || path.startsWith(`${base}/`)) delete paths[path];
}

/** As the description has it. */
function recordPath({ name }: CollectionSchema): string {
  return `/api/v1/records/${name}/{id}`;
}

function hide(described: DescribedSchema, hidden: readonly string[]): void {
  const { properties = {}, required = [] } = described;
  described.properties = Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.includes(name)));
  if (described.required !== undefined) described.required = required.filter((name) => !hidden.includes(name));
}
