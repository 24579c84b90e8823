export type { TokenIssuer } from './access/issuer.ts';
export { systemClock, type Clock } from './clock.ts';
export { createServer, type ConcordServer, type ServerOptions } from './create-server.ts';
export { verifyStore, type VerifyOptions, type VerifyReport } from './verify.ts';
