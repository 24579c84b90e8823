import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { errorTable, type ErrorCode } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import type { ShowApi } from './visible-api.ts';

/** The tags of the API's description, in the order in which they are shown. */
const tags = [
  { name: 'auth', description: 'Who is asking' },
  { name: 'records', description: 'Reading and writing records' },
  { name: 'logs', description: 'Messages and comments: entries in one order' },
  { name: 'changes', description: 'The feed of everything that happens' },
  { name: 'inbox', description: 'What is new for who asks' },
  { name: 'webhooks', description: 'Changes, sent to other systems as they happen' },
  { name: 'documents', description: 'Yjs documents over HTTP' },
  { name: 'api-keys', description: 'Keys for other systems' },
  { name: 'users', description: 'People who sign in with a password' },
  { name: 'operations', description: 'For whoever runs the server' },
] as const;

const errorSchema = {
  $id: 'Error',
  title: 'Error',
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(errorTable), description: 'Stable.' },
        message: { type: 'string', description: 'For people; may change.' },
        field: { type: 'string', description: 'The field or parameter that is at fault.' },
        requestId: { type: 'string', description: 'To look for in the log.' },
      },
    },
  },
} as const;

const descriptionPath = '/api/v1/openapi.json';
const pagePath = '/api/docs';
const ownCopies: ReadonlySet<string> = new Set([`${pagePath}/json`, `${pagePath}/yaml`]);

/**
 * Describes the routes that are added from here on as OpenAPI 3.1, at `/api/v1/openapi.json`, with a page
 * to browse it at `/api/docs`. `show` decides what of it who is shown; all of it when left out.
 */
export async function addOpenApi(app: FastifyInstance, title = 'Concord', show: ShowApi = async (whole) => whole): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: '1', description: 'Records that people and systems edit together, and a feed of every change.' },
      tags: [...tags],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          tokenInQuery: { type: 'apiKey', in: 'query', name: 'token', description: 'Where a browser cannot set headers.' },
        },
      },
      security: [{ bearer: [] }, { apiKey: [] }, { tokenInQuery: [] }],
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema${index}`) },
  });
  app.addSchema(errorSchema);
  app.get(descriptionPath, { schema: { hide: true } }, async (request, reply) => {
    // What one may see, another may not.
    void reply.headers({ 'cache-control': 'private, no-cache', vary: 'Authorization, X-API-Key, Origin' });
    return await show(app.swagger(), request);
  });
  await app.register(swaggerUi, {
    routePrefix: pagePath,
    theme: { title: `${title} API` },
    uiConfig: { url: descriptionPath, deepLinking: true, validatorUrl: null },
    uiHooks: {
      // The page's own copies of the description would show all of it to everybody.
      onRequest: (request, reply, next) => {
        if (ownCopies.has(request.routeOptions.url ?? '')) void reply.redirect(descriptionPath);
        else next();
      },
    },
  });
}

/** Refusals that any route with authentication may answer. */
const always = ['unauthenticated', 'token_expired', 'internal', 'shutting_down'] as const satisfies readonly ErrorCode[];

/** Refusals that any route may answer that takes a JSON body and writes to the store. */
export const writeRefusals: readonly ErrorCode[] = [
  'bad_request',
  'invalid_json',
  'forbidden',
  'too_large',
  'unsupported_media_type',
  'commit_unknown',
  'store_unavailable',
];

interface DescribedResponse {
  readonly description: string;
  readonly content: { readonly 'application/json': { readonly schema: object } };
}

/** The refusals of a route by their status, each with the codes it may carry. */
export function refusals(...codes: readonly ErrorCode[]): Record<number, DescribedResponse> {
  return openRefusals(...always, ...codes);
}

/** As {@link refusals}, for a route that anyone may call. */
export function openRefusals(...codes: readonly ErrorCode[]): Record<number, DescribedResponse> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { http } = errorTable[code];
    byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, those]) => [status, refusal(those)]));
}

function refusal(codes: readonly ErrorCode[]): DescribedResponse {
  const narrowed = { type: 'object', properties: { error: { type: 'object', properties: { code: { enum: codes } } } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${errorTable[code].message}`).join('\n\n'),
    content: { 'application/json': { schema: { allOf: [{ $ref: 'Error#' }, narrowed] } } },
  };
}

/** An answer in JSON. */
export function answers(description: string, schema: object): DescribedResponse {
  return { description, content: { 'application/json': { schema } } };
}

/** An answer without a body. */
export function answersNothing(description: string): { readonly description: string; readonly type: 'null' } {
  return { description, type: 'null' };
}
