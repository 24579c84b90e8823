import type { FastifyInstance } from 'fastify';
import { addApiKeysRoutes } from './api-keys-routes.ts';
import { addAuthRoutes, type AuthRoutesDeps } from './auth-routes.ts';
import { registerChangesRoutes, type ChangesRoutesParts } from './changes-routes.ts';
import { addGuestRoutes, type GuestRoutesDeps } from './guest-routes.ts';
import { addInboxRoutes, type InboxRoutesDeps } from './inbox-routes.ts';
import { addLogRoutes, type LogRoutesParts } from './log-routes.ts';
import { addOperationsRoutes, type OperationsRoutesDeps } from './operations-routes.ts';
import { addRecordsRoutes, type RecordsRoutesDeps } from './records-routes.ts';
import { addSchemaRoutes, type SchemaRouteParts } from './schema-routes.ts';
import { addSignInRoutes, type SignInRoutesDeps } from './sign-in-routes.ts';
import { addSyncRoutes, type SyncRoutesParts } from './sync-routes.ts';
import { addUsersRoutes } from './users-routes.ts';
import { addWebhooksRoutes } from './webhooks-routes.ts';

/** What the routes need, each its share of it. */
export type ApiParts = AuthRoutesDeps &
  SignInRoutesDeps &
  GuestRoutesDeps &
  Parameters<typeof addUsersRoutes>[1] &
  Parameters<typeof addApiKeysRoutes>[1] &
  Parameters<typeof addWebhooksRoutes>[1] &
  Omit<RecordsRoutesDeps, 'cursorAt'> &
  LogRoutesParts &
  SyncRoutesParts &
  SchemaRouteParts &
  ChangesRoutesParts &
  InboxRoutesDeps &
  OperationsRoutesDeps;

/** Adds all routes of the API, and those for who operates the server. */
export async function addApi(app: FastifyInstance, parts: ApiParts): Promise<void> {
  const { changes } = parts;
  await addAuthRoutes(app, parts);
  await addSignInRoutes(app, parts);
  addGuestRoutes(app, parts);
  await addUsersRoutes(app, parts);
  await addApiKeysRoutes(app, parts);
  await addWebhooksRoutes(app, parts);
  await addRecordsRoutes(app, { ...parts, cursorAt: (principal, seq) => changes.cursor(principal, seq) });
  await addLogRoutes(app, parts);
  await addSyncRoutes(app, parts);
  await addSchemaRoutes(app, parts);
  registerChangesRoutes(app, parts);
  await addInboxRoutes(app, parts);
  addOperationsRoutes(app, parts);
}
