import { ConcordError, type Limits } from '@concord/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { credentialOf } from '../access/authenticator.ts';
import type { Documents } from '../documents/documents.ts';
import { splitSyncMessages } from '../documents/frames.ts';
import type { Connections, Visit } from '../limits/connections.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import type { ClientOriginOf } from './client-origin.ts';
import { refusals } from './openapi.ts';
import { readQuery } from './query.ts';

export interface SyncRoutesParts {
  readonly documents: Documents;
  readonly limits: Limits;
  readonly authenticate: Authenticate;
  readonly originOf: ClientOriginOf;
  readonly connections: Connections;
}

const octets = 'application/octet-stream';
const binary = { content: { [octets]: { schema: { type: 'string', format: 'binary' } } } } as const;
const names = ['account', 'collection', 'record', 'part'] as const;

const description = `For where WebSockets are blocked: what is said on \`/sync\`, without the address, in one go.

The body is sync messages of Yjs, one behind the other: the numbers 0 and 0 with a state vector, 0 and 1 or 0 and 2 with an update, each as a length and its bytes. The answer is messages, too: for each state vector the server's own and the update that was missing; for each update 8 with 1, or with 0 where it was not taken as one may only read; and 5 with a notice, as on the socket.

It is answered once all that was taken is on disk. Where a message is refused, \`field\` names it (\`messages.3\`): those before it are on disk, and those behind it were not looked at.`;

/** Documents over HTTP: a request is a visit to the document, over the pipeline of the sockets. */
export async function addSyncRoutes(app: FastifyInstance, parts: SyncRoutesParts): Promise<void> {
  const { documents, limits, originOf, connections } = parts;
  await app.register(async (scope) => {
    addAuthentication(scope, parts.authenticate);
    // Before the body is read: bodies of this size count as connections while they are there.
    const visits = new WeakMap<FastifyRequest, Visit>();
    scope.addHook('onRequest', async (request, reply) => {
      const origin = originOf(request.raw);
      const place = connections.enter(origin);
      reply.raw.on('close', () => place.leave());
      const { account, user } = principalOf(request);
      place.identify(account, user);
      visits.set(request, { place, isLocal: origin.isLocal });
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(octets, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.addContentTypeParser('*', (_request, _body, done) =>
      done(new ConcordError('unsupported_media_type', { message: `Send ${octets}.` })),
    );
    for (const params of [names.slice(0, 3), names]) {
      scope.post<{ Params: Record<string, string>; Body: Buffer | undefined }>(
        `/api/v1/sync/${params.map((name) => `:${name}`).join('/')}`,
        {
          bodyLimit: limits.maxDocumentBytes,
          schema: {
            tags: ['documents'],
            summary: params.length === 3 ? 'Sync the document of a record' : 'Sync the document of a part of a record',
            description,
            params: {
              type: 'object',
              required: [...params],
              properties: Object.fromEntries(params.map((name) => [name, { type: 'string' }])),
            },
            body: binary,
            response: {
              200: { description: 'What the server says to it.', ...binary },
              ...refusals(
                'bad_request',
                'invalid_name',
                'invalid_frame',
                'invalid_update',
                'forbidden',
                'not_found',
                'client_id_conflict',
                'record_deleted',
                'too_large',
                'document_too_large',
                'unsupported_media_type',
                'rate_limited',
                'too_many_connections',
                'damaged',
                'commit_unknown',
                'store_unavailable',
              ),
            },
          },
        },
        async (request, reply) => {
          readQuery(request.query, []);
          const documentName = params.map((name) => request.params[name]).join('/');
          const messages = splitSyncMessages(request.body ?? Buffer.alloc(0));
          const visit = visits.get(request) as Visit;
          const told = await documents.exchange(documentName, credentialOf(request.raw) ?? '', messages, visit);
          return await reply.type(octets).send(Buffer.concat(told));
        },
      );
    }
  });
}
