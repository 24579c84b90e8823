import type { FastifyInstance } from 'fastify';
import { addAuthentication } from '../../http/authentication.ts';
import { addAuthRoutes, type SnackbaseAuthParts } from './auth-routes.ts';
import { addBatchRoutes } from './batch-routes.ts';
import { addSnackbaseErrors } from './errors.ts';
import { addRecordsRoutes, type SnackbaseRecordsParts } from './records-routes.ts';

export type SnackbaseParts = SnackbaseAuthParts & SnackbaseRecordsParts;

/** SnackBase's API for its own clients, whose base URL ends with `/compat/snackbase`. */
export interface Snackbase {
  addRoutes(app: FastifyInstance): Promise<void>;
}

const base = '/compat/snackbase/api/v1';

export function createSnackbase(parts: SnackbaseParts): Snackbase {
  return {
    async addRoutes(app) {
      await app.register(
        async (scope) => {
          addSnackbaseErrors(scope);
          await addAuthRoutes(scope, parts);
          await scope.register(async (own) => {
            addAuthentication(own, parts.authenticate);
            addRecordsRoutes(own, parts);
            addBatchRoutes(own, parts);
          });
        },
        { prefix: base },
      );
    },
  };
}
